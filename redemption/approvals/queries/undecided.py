"""Requests nobody who is here can decide, and why, for those who look after approvals."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from redemption.approvals.away.reach import is_alone, is_spent, keeps_role
from redemption.approvals.away.told import away_said, told_away
from redemption.approvals.models import ApprovalAssignee, ApprovalStep
from redemption.approvals.states import StepState
from redemption.models import Redemption, RedemptionLine
from redemption.states import LineState
from redemption.words import title_of

_Asked, _Who, _Beside = aliased(ApprovalAssignee), aliased(Employee), aliased(ApprovalStep)
_Listed, _Asker = aliased(Employee), aliased(Employee)


@dataclass(frozen=True, slots=True)
class Undecided:
    """A request that waits for nobody. `because` is said of each who was asked."""

    reference: str
    asker: str
    title: str
    points: int
    decide_by: datetime | None
    because: tuple[str, ...]
    away: tuple[tuple[str, str], ...]  # number and name of those a stand-in can be named for

    @property
    def why(self) -> str:
        """All of it in one sentence."""
        return "; ".join(self.because)


def deserted_steps(*, at: datetime, limit: int = 200) -> list[int]:
    """Steps nobody can answer who is here, at gates that cannot do without them."""
    wanted = sa.select(ApprovalStep.id).where(_is_deserted(at)).order_by(ApprovalStep.id)
    return list(session().scalars(wanted.limit(limit)))


def _is_deserted(at: datetime) -> sa.ColumnElement[bool]:
    step, beside = ApprovalStep, _Beside
    there = sa.select(sa.func.count()).where(
        beside.line_id == step.line_id,
        beside.gate == step.gate,
        sa.or_(
            beside.state.in_({StepState.APPROVED, StepState.DECIDED}),
            sa.and_(beside.state == StepState.OPEN, can_be_answered(beside, at)),
        ),
    )
    return sa.and_(
        step.state == StepState.OPEN,
        ~can_be_answered(step, at),
        step.needed > there.correlate(step).scalar_subquery(),
    )


def is_deserted(step: ApprovalStep, *, at: datetime) -> bool:
    """Whether nobody who is here can answer a step."""
    found = sa.select(ApprovalStep.id).where(
        ApprovalStep.id == step.id, can_be_answered(ApprovalStep, at)
    )
    return session().scalar(found) is None


def can_be_answered(step: Any, at: datetime) -> sa.ColumnElement[bool]:
    """Whether somebody is asked who works here, in their role still, has not answered, and is here.

    Here is also who is away and has somebody to answer for them about it.
    """
    asked, who = _Asked, _Who
    found = sa.exists().where(
        asked.step_id == step.id,
        who.id == asked.employee_id,
        who.status == EmployeeStatus.ACTIVE,
        keeps_role(asked),
        ~is_spent(asked.employee_id, asked),
        ~is_alone(asked, at),
    )
    return found.correlate_except(asked, who)


def undecided(*, at: datetime, limit: int = 200) -> list[Undecided]:
    """The requests that wait for nobody who is here, the oldest first; an answer may end some."""
    who, asker = _Listed, _Asker
    rows = session().execute(
        sa.select(
            RedemptionLine.reference,
            RedemptionLine,
            asker.name.label("asker"),
            who.name,
            who.status,
            who.external_id,
            away_said(at).label("away"),
            keeps_role().label("keeps_role"),
        )
        .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
        .join(ApprovalStep, ApprovalStep.line_id == RedemptionLine.id)
        .join(ApprovalAssignee, ApprovalAssignee.step_id == ApprovalStep.id)
        .join(who, who.id == ApprovalAssignee.employee_id)
        .join(asker, asker.id == Redemption.employee_id)
        .where(
            RedemptionLine.state == LineState.PENDING_APPROVAL,
            ApprovalStep.id.in_(deserted_steps(at=at, limit=limit)),
        )
        .order_by(Redemption.submitted_at, RedemptionLine.id, ApprovalAssignee.id)
    )
    by_request = groupby(rows, key=lambda row: row.reference)
    return [_undecided(list(found)) for _reference, found in by_request]


def _undecided(rows: list[Any]) -> Undecided:
    first, line = rows[0], rows[0].RedemptionLine
    here = [row for row in rows if row.status is EmployeeStatus.ACTIVE]
    return Undecided(
        reference=first.reference,
        asker=first.asker,
        title=title_of(line.snapshot),
        points=line.points,
        decide_by=line.decide_by,
        because=tuple(dict.fromkeys(map(_because, rows))),
        away=tuple(dict.fromkeys((row.external_id, row.name) for row in here if row.away)),
    )


def _because(row: Any) -> str:
    if row.status is not EmployeeStatus.ACTIVE:
        return f"{row.name} has left"
    if not row.keeps_role:
        return f"{row.name} no longer has the role they were asked for"
    if row.away:
        return told_away(row.name, row.away)
    return f"{row.name} has answered another step of it"
