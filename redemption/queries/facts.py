"""What the story of a line is made of: its moves, words, refunds and gift, and who was asked."""

from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import session
from marketplace.kernel.json_rows import moment_in, rows_as_json, rows_in
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from redemption.approvals.away.told import away_said, told_away
from redemption.approvals.clock import Times
from redemption.approvals.clock_words import Clock
from redemption.approvals.models import (
    ApprovalAssignee,
    ApprovalClock,
    ApprovalNote,
    ApprovalStep,
)
from redemption.approvals.policies import for_whom
from redemption.approvals.states import NoteKind, StepState
from redemption.gifts.given import GivenGift
from redemption.gifts.models import Gift, GiftEvent
from redemption.gifts.states import GiftState
from redemption.models import LineRefund, RedemptionEvent, RedemptionLine
from redemption.policies import DELIVERED
from redemption.queries.usual_wait import usual_wait
from redemption.states import LineState, RefundCause
from redemption.story import Facts, Move, Refunded, Said, StepTold
from redemption.words import who_decides

_Decider = aliased(Employee)


def story_columns() -> tuple[sa.ColumnElement[str], ...]:
    """What `facts_in` reads, for a statement that selects from lines."""
    name, said = sa.func.coalesce(Employee.name, "Laurel"), ApprovalNote
    move, back = RedemptionEvent, LineRefund
    came_back = (back.cause, back.units, back.points, back.kept_points, name, back.at, back.note)
    return (
        _told(move, move.actor_id, move.seq, move.to_state, move.at, name, move.note).label(
            "moves"
        ),
        _told(said, said.author_id, said.id, said.kind, name, said.text, said.at).label("said"),
        _told(back, back.actor_id, back.seq, *came_back).label("refunds"),
        _given().label("given"),
    )


def facts_in(line: RedemptionLine, row: Any, *, at: datetime) -> Facts:
    """What the story is made of, from a row of these columns; an answer counts once it took effect.

    Who was asked takes a statement of its own, where anybody was.
    """
    moves = [_move(*one) for one in sorted(rows_in(row.moves))]
    was_asked = any(move.to is LineState.PENDING_APPROVAL for move in moves)
    steps = _steps(line.id, at) if was_asked else []
    return Facts(
        state=line.state,
        points=line.points,
        moves=_answered(moves, steps),
        steps=steps,
        said=[_words(*one) for one in sorted(rows_in(row.said))],
        refunds=[_refunded(*one) for one in sorted(rows_in(row.refunds))],
        next_steps=line.snapshot["next_steps"],
        is_sent=line.snapshot["kind"] in DELIVERED,
        is_own=line.snapshot["is_own"],
        counted=line.snapshot["counted"],
        needs_rest=line.snapshot["needs_rest"],
        gift=next((_gift(*one) for one in rows_in(row.given)), None),
        decide_by=line.decide_by,
        usual=usual_wait(line.snapshot["kind"], at=at)
        if line.state is LineState.PENDING_APPROVAL
        else None,
    )


def facts_of(line: RedemptionLine, *, at: datetime) -> Facts:
    """The same for a line that was read without these columns."""
    told = sa.select(*story_columns()).where(RedemptionLine.id == line.id)
    return facts_in(line, session().execute(told).one(), at=at)


def _told(model: Any, by: Any, *columns: Any) -> sa.ScalarSelect[str]:
    """Rows about a line with the name of who did it; the first column is their order."""
    return rows_as_json(
        sa.select(*columns)
        .select_from(model)
        .outerjoin(Employee, Employee.id == by)
        .where(model.line_id == RedemptionLine.id)
        .correlate(RedemptionLine)
    )


def _given() -> sa.ScalarSelect[str]:
    """To whom a line is given, and when they answered."""
    return rows_as_json(
        sa.select(Employee.name, Gift.message, Gift.state, Gift.answer_by, GiftEvent.at)
        .select_from(Gift)
        .join(Employee, Employee.id == Gift.recipient_id)
        .outerjoin(GiftEvent, GiftEvent.line_id == Gift.line_id)
        .where(Gift.line_id == RedemptionLine.id)
        .correlate(RedemptionLine)
    )


def _move(_seq: int, to: str, at: str, who: str, note: str) -> Move:
    return Move(LineState(to), moment_in(at), who, note)


def _words(_id: int, kind: str, who: str, text: str, at: str) -> Said:
    return Said(NoteKind(kind), who, text, moment_in(at))


def _refunded(_seq: int, cause: str, *told: Any) -> Refunded:
    units, points, kept, who, at, note = told
    return Refunded(RefundCause(cause), units, points, kept, who, moment_in(at), note)


def _gift(recipient: str, message: str, state: str, until: str | None, at: str | None) -> GivenGift:
    answer_by = moment_in(until) if until else None
    return GivenGift(recipient, message, GiftState(state), answer_by, moment_in(at) if at else None)


def _answered(moves: list[Move], steps: list[StepTold]) -> list[Move]:
    """The moves, with whose answer a no was where somebody gave it in another's place."""
    no = next((step.decided_by for step in steps if step.state is StepState.DECLINED), "")
    return [replace(one, who=no) if no and one.to is LineState.DECLINED else one for one in moves]


def _steps(line_id: int, at: datetime) -> list[StepTold]:
    decider = _Decider
    rows = (
        session()
        .execute(
            sa.select(
                ApprovalStep,
                ApprovalClock,
                ApprovalAssignee.escalated_at,
                ApprovalAssignee.because,
                decider.name.label("decided_by"),
                away_said(at).label("away"),
                Employee.id,
                Employee.name,
                Employee.status,
            )
            .join(ApprovalAssignee, ApprovalAssignee.step_id == ApprovalStep.id)
            .join(Employee, Employee.id == ApprovalAssignee.employee_id)
            .outerjoin(ApprovalClock, ApprovalClock.step_id == ApprovalStep.id)
            .outerjoin(decider, decider.id == ApprovalStep.decided_by_id)
            .where(ApprovalStep.line_id == line_id)
            .order_by(ApprovalStep.seq, ApprovalAssignee.id)
        )
        .all()
    )
    by_step = groupby(rows, key=lambda row: row.ApprovalStep)
    return [_step(step, list(asked)) for step, asked in by_step]


def _step(step: ApprovalStep, asked: list[Any]) -> StepTold:
    here = [row for row in asked if row.status == EmployeeStatus.ACTIVE] or asked
    decided = [for_whom(row.decided_by, row.name) for row in asked if row.id == step.asked_id]
    return StepTold(
        seq=step.seq,
        gate=step.gate,
        needed=step.needed,
        state=step.state,
        names=tuple(row.name for row in here),
        opened_at=step.opened_at,
        settled_at=step.settled_at,
        decided_by=decided[0] if step.settled_at is not None and decided else "",
        by_policy=step.by_policy,
        clock=_clock(asked[0].ApprovalClock, here),
        away=_away(here),
    )


def _away(here: list[Any]) -> tuple[str, ...]:
    """Who is away of those asked, who answers for them, and who is asked as others are away."""
    instead = {row.because: [] for row in here if row.because}
    for row in here:
        if row.because:
            instead[row.because].append(row.name)
    asked = [f"{why}, so {who_decides(names)} is asked" for why, names in instead.items()]
    return (*asked, *(told_away(row.name, row.away) for row in here if row.away))


def _clock(row: ApprovalClock | None, here: list[Any]) -> Clock | None:
    if row is None:
        return None
    return Clock(
        times=Times(row.remind_at, row.escalate_at, row.warn_at, row.closes_at, row.passes_at),
        reminded_at=row.reminded_at,
        escalated_at=row.escalated_at,
        looked_at=row.looked_at,
        kept_for=row.kept_for,
        asked=who_decides([one.name for one in here if one.escalated_at is None]),
        added=who_decides([one.name for one in here if one.escalated_at is not None]),
    )
