"""At which step somebody answers, and whose answer that is. The line is locked before."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from redemption.approvals.away.models import Absence
from redemption.approvals.away.reach import absence_for, in_force, is_spent, may_answer
from redemption.approvals.models import ApprovalAssignee, ApprovalStep
from redemption.approvals.operations.passing import step_for
from redemption.approvals.states import StepState


@dataclass(frozen=True, slots=True)
class Right:
    """At which step somebody answers, whose answer it is, and by which absence where another's."""

    step: ApprovalStep
    asked_id: int
    absence_id: int | None


def best_seat(seats: Sequence[Any], steps: Sequence[ApprovalStep]) -> Right:
    """Of the seats somebody may take now, the first person's, at the step their answer fits best.

    Who is away takes no part in it while somebody answers for them; it is an answer of theirs.
    """
    open_now = {step.id: step for step in steps if step.state is StepState.OPEN}
    there = [seat for seat in seats if seat.step_id in open_now]
    asked_id = there[0].employee_id
    by_step = {seat.step_id: seat.absence_id for seat in there if seat.employee_id == asked_id}
    own = [step for step in open_now.values() if step.id in by_step]
    step = step_for(asked_id, own, list(open_now.values()))
    return Right(step, asked_id, by_step[step.id])


def seats_of(actor: Actor, line_id: int, at: datetime) -> list[Any]:
    """At which steps of a line somebody is asked, themselves or by an absence that holds now.

    What an absence says is kept as it is until the answer is written.
    """
    seats = (
        session()
        .execute(
            sa.select(
                ApprovalAssignee.step_id,
                ApprovalAssignee.employee_id,
                absence_for(actor.id, at).label("absence_id"),
                is_spent(actor.id).label("is_spent"),
            )
            .join(ApprovalStep, ApprovalStep.id == ApprovalAssignee.step_id)
            .where(ApprovalAssignee.line_id == line_id, may_answer(actor.id, at))
            .order_by(ApprovalStep.seq, ApprovalAssignee.id)
        )
        .all()
    )
    used = {seat.absence_id for seat in seats if seat.absence_id is not None}
    kept = _kept_absences(used, at)
    return [seat for seat in seats if seat.absence_id is None or seat.absence_id in kept]


def _kept_absences(ids: Collection[int], at: datetime) -> set[int]:
    """Those of some absences that still hold once nobody can end them any more before we do."""
    if not ids:
        return set()
    wanted = sa.select(Absence.id).where(Absence.id.in_(sorted(ids)), in_force(at))
    return set(session().scalars(wanted.order_by(Absence.id).with_for_update(read=True)))
