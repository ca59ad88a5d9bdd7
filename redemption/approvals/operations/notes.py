"""Questions, answers and reminders about a request that waits. It stays waiting meanwhile."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.kernel.jobs import enqueue
from redemption.approvals.away.reach import may_answer
from redemption.approvals.models import ApprovalAssignee, ApprovalNote, ApprovalStep
from redemption.approvals.operations.deciding import PENDING
from redemption.approvals.policies import may_remind_at
from redemption.approvals.states import ASKED, NoteKind
from redemption.models import RedemptionLine
from redemption.operations.lines import lock_line, state_of
from redemption.refusals import NotWaiting, OwnRequest, TooSoonToRemind

LONGEST_NOTE = 1000


def ask_question(actor: Actor, line_id: int, text: str, *, request_key: str, at: datetime) -> int:
    """An approver asks something. Raises NotFound, OwnRequest, NotWaiting, BadInput."""
    if (answered := claim_key(actor.id, request_key, at=at, line=line_id, ask=text)) is not None:
        return int(answered)
    assigned = session().scalar(
        sa.select(ApprovalAssignee.requester_id)
        .where(ApprovalAssignee.line_id == line_id, may_answer(actor.id, at))
        .limit(1)
    )
    if assigned is None:
        _refuse_stranger(actor, line_id)
    return _write_note(actor, line_id, NoteKind.QUESTION, text, at, request_key)


def answer_question(
    actor: Actor, line_id: int, text: str, *, request_key: str, at: datetime
) -> int:
    """The requester answers what was asked. Raises NotFound, NotWaiting, BadInput."""
    if (answered := claim_key(actor.id, request_key, at=at, line=line_id, answer=text)) is not None:
        return int(answered)
    _own(actor, line_id)
    return _write_note(actor, line_id, NoteKind.ANSWER, text, at, request_key)


def remind_approvers(actor: Actor, line_id: int, *, request_key: str, at: datetime) -> int:
    """The requester nudges, once a day. Raises NotFound, NotWaiting, TooSoonToRemind."""
    if (answered := claim_key(actor.id, request_key, at=at, line=line_id, remind="")) is not None:
        return int(answered)
    _own(actor, line_id)
    return _write_note(actor, line_id, NoteKind.REMINDER, "", at, request_key)


def _own(actor: Actor, line_id: int) -> None:
    owner = session().scalar(
        sa.select(RedemptionLine.employee_id).where(RedemptionLine.id == line_id)
    )
    if owner is None or owner != actor.employee_id:
        raise NotFound("There is no such request, or it belongs to someone else.")


def _refuse_stranger(actor: Actor, line_id: int) -> None:
    owner = session().scalar(
        sa.select(RedemptionLine.employee_id).where(RedemptionLine.id == line_id)
    )
    if owner is not None and owner == actor.employee_id:
        raise OwnRequest
    raise NotFound("There is no such request, or it is not yours to decide.")


def _write_note(
    actor: Actor, line_id: int, kind: NoteKind, text: str, at: datetime, request_key: str
) -> int:
    words = text.strip()
    if kind is not NoteKind.REMINDER and not 0 < len(words) <= LONGEST_NOTE:
        raise BadInput(f"Write something, up to {LONGEST_NOTE:,} characters.")
    if lock_line(line_id, PENDING) is None:
        raise NotWaiting(state_of(line_id))
    step = _current_step(line_id)
    if kind is NoteKind.REMINDER:
        again_at = may_remind_at(step.opened_at or at, _last_reminder(line_id))
        if at < again_at:
            raise TooSoonToRemind(again_at)
    note_id = session().scalar(
        sa.insert(ApprovalNote)
        .values(line_id=line_id, step_id=step.id, author_id=actor.id, kind=kind, text=words, at=at)
        .returning(ApprovalNote.id)
    )
    assert note_id is not None
    enqueue("redemption.pass_on", key=str(note_id), note_id=note_id)
    answer_key(actor.id, request_key, str(note_id))
    return note_id


def _current_step(line_id: int) -> ApprovalStep:
    """The first step being answered; a pending line always has one."""
    return (
        session()
        .scalars(
            sa.select(ApprovalStep)
            .where(
                ApprovalStep.line_id == line_id,
                ApprovalStep.state.in_(ASKED),
            )
            .order_by(ApprovalStep.seq)
            .limit(1)
        )
        .one()
    )


def _last_reminder(line_id: int) -> datetime | None:
    return session().scalar(
        sa.select(sa.func.max(ApprovalNote.at, type_=ApprovalNote.at.type)).where(
            ApprovalNote.line_id == line_id, ApprovalNote.kind == NoteKind.REMINDER
        )
    )
