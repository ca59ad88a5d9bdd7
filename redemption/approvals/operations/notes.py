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
    """The requester nudges, once a day, about this line and all that waits beside it; a note's id.

    Raises NotFound, NotWaiting, TooSoonToRemind.
    """
    if (answered := claim_key(actor.id, request_key, at=at, line=line_id, remind="")) is not None:
        return int(answered)
    _own(actor, line_id)
    waiting = [one for one in _beside(line_id) if lock_line(one, PENDING) is not None]
    if line_id not in waiting:
        raise NotWaiting(state_of(line_id))
    again_at = {one: _may_remind_at(one, at) for one in waiting}
    if at < again_at[line_id]:
        raise TooSoonToRemind(again_at[line_id])
    due = [one for one in waiting if again_at[one] <= at]
    notes = [_insert_note(actor, one, NoteKind.REMINDER, "", at) for one in due]
    enqueue("redemption.pass_on", key=str(notes[0]), note_id=notes[0])  # one letter about all
    answer_key(actor.id, request_key, str(notes[0]))
    return notes[0]


def _beside(line_id: int) -> list[int]:
    """The line and the others of its request, in the order in which they are locked."""
    own = sa.select(RedemptionLine.redemption_id).where(RedemptionLine.id == line_id)
    wanted = sa.select(RedemptionLine.id).where(
        RedemptionLine.redemption_id == own.scalar_subquery()
    )
    return list(session().scalars(wanted.order_by(RedemptionLine.id)))


def _may_remind_at(line_id: int, at: datetime) -> datetime:
    return may_remind_at(_current_step(line_id).opened_at or at, _last_reminder(line_id))


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
    if not 0 < len(words) <= LONGEST_NOTE:
        raise BadInput(f"Write something, up to {LONGEST_NOTE:,} characters.")
    if lock_line(line_id, PENDING) is None:
        raise NotWaiting(state_of(line_id))
    note_id = _insert_note(actor, line_id, kind, words, at)
    enqueue("redemption.pass_on", key=str(note_id), note_id=note_id)
    answer_key(actor.id, request_key, str(note_id))
    return note_id


def _insert_note(actor: Actor, line_id: int, kind: NoteKind, words: str, at: datetime) -> int:
    step_id = _current_step(line_id).id
    note_id = session().scalar(
        sa.insert(ApprovalNote)
        .values(line_id=line_id, step_id=step_id, author_id=actor.id, kind=kind, text=words, at=at)
        .returning(ApprovalNote.id)
    )
    assert note_id is not None
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
