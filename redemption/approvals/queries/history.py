"""What somebody decided, newest first, and what may still be undone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.json_rows import rows_as_json, rows_in
from marketplace.people.models import Employee
from redemption.approvals.models import ApprovalDecision, ApprovalStep
from redemption.approvals.states import StepState, Verdict
from redemption.models import RedemptionLine
from redemption.words import title_of


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One answer. `is_undone` was taken back; `can_undo` may still be."""

    decision_id: int
    reference: str
    asker: str
    title: str
    points: int
    verdict: Verdict
    reason: str
    decided_at: datetime
    is_undone: bool
    can_undo: bool
    in_place_of: str = ""  # whose answer it was, where somebody else's


def decision_history(
    actor: Actor, *, before_id: int | None = None, limit: int = 50
) -> list[DecisionRow]:
    """The actor's own answers."""
    wanted = _answers(actor).limit(limit)
    if before_id is not None:
        wanted = wanted.where(ApprovalDecision.id < before_id)
    return [_row(found) for found in session().execute(wanted)]


def answers_among(actor: Actor, decision_ids: Collection[int]) -> dict[int, DecisionRow]:
    """Those of these answers that are the actor's, by their id."""
    wanted = _answers(actor).where(ApprovalDecision.id.in_(decision_ids))
    return {found.ApprovalDecision.id: _row(found) for found in session().execute(wanted)}


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """The newest answer of somebody that they may still take back."""

    decision_id: int
    verdict: Verdict
    asker: str


_TO_UNDO = (
    sa.select(ApprovalDecision.id, ApprovalDecision.verdict, Employee.name)
    .join(ApprovalStep, ApprovalStep.id == ApprovalDecision.step_id)
    .join(Employee, Employee.id == ApprovalDecision.requester_id)
    .where(
        ApprovalStep.state == StepState.DECIDED,
        ApprovalStep.round == ApprovalDecision.round,
        ApprovalDecision.verdict != Verdict.UNDO,
        ApprovalDecision.approver_id == sa.bindparam("me"),
    )
    .order_by(ApprovalDecision.id.desc())
    .limit(1)
)
TO_UNDO = rows_as_json(_TO_UNDO).label("to_undo")
"""A column for another statement: the newest answer of the employee bound as `me`, to undo."""


def last_answer_in(row: Any) -> LastAnswer | None:
    """The answer in a row that has the column of `TO_UNDO`."""
    return next((_last_answer(one) for one in rows_in(row.to_undo)), None)


def last_answer(actor: Actor) -> LastAnswer | None:
    """The newest answer of this person that they may still take back."""
    found = session().execute(_TO_UNDO, {"me": actor.id}).one_or_none()
    return _last_answer(found) if found else None


def _last_answer(found: Sequence[Any]) -> LastAnswer:
    decision_id, verdict, asker = found
    return LastAnswer(decision_id, Verdict(verdict), asker)


def _answers(actor: Actor) -> sa.Select[*tuple[Any, ...]]:
    """The actor's own answers with what they are about, the newest first."""
    undone, asked = aliased(ApprovalDecision), aliased(Employee)
    return (
        sa.select(
            ApprovalDecision,
            RedemptionLine.reference,
            Employee.name,
            RedemptionLine,
            undone.id.label("undo_id"),
            asked.name.label("asked"),
            ApprovalStep.state,
            ApprovalStep.round,
        )
        .join(ApprovalStep, ApprovalStep.id == ApprovalDecision.step_id)
        .join(RedemptionLine, RedemptionLine.id == ApprovalDecision.line_id)
        .join(Employee, Employee.id == ApprovalDecision.requester_id)
        .join(asked, asked.id == ApprovalDecision.asked_id)
        .outerjoin(undone, undone.undoes_id == ApprovalDecision.id)
        .where(
            ApprovalDecision.approver_id == actor.employee_id,
            ApprovalDecision.verdict != Verdict.UNDO,
        )
        .order_by(ApprovalDecision.id.desc())
    )


def _row(found: Any) -> DecisionRow:
    decision, line = found.ApprovalDecision, found.RedemptionLine
    return DecisionRow(
        decision_id=decision.id,
        reference=found.reference,
        asker=found.name,
        title=title_of(line.snapshot),
        points=line.points,
        verdict=decision.verdict,
        reason=decision.reason,
        decided_at=decision.decided_at,
        is_undone=found.undo_id is not None,
        can_undo=found.state is StepState.DECIDED and found.round == decision.round,
        in_place_of="" if decision.asked_id == decision.approver_id else found.asked,
    )


def decided_since(actor: Actor, *, at: datetime, days: int = 7) -> int:
    """How many requests the actor answered in the last days."""
    count = session().scalar(
        sa.select(sa.func.count(sa.distinct(ApprovalDecision.line_id))).where(
            ApprovalDecision.approver_id == actor.employee_id,
            ApprovalDecision.verdict != Verdict.UNDO,
            ApprovalDecision.decided_at >= at - timedelta(days=days),
        )
    )
    return count or 0
