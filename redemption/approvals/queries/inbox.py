"""The inbox of an approver and one request with the facts that decide, verdict first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.access.actor import Actor
from marketplace.awards.models import Award
from marketplace.budgets.queries import BudgetLeft, budget_left
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.ledger.queries import points_of
from marketplace.people.models import Employee
from marketplace.people.queries import Person, person
from marketplace.people.states import EmployeeStatus
from redemption.approvals.models import (
    ApprovalAssignee,
    ApprovalDecision,
    ApprovalPolicy,
    ApprovalStep,
)
from redemption.approvals.policies import Circumstances, PolicyVerdict, policy_verdict
from redemption.approvals.queries.routing import rule_of
from redemption.approvals.states import StepState, Verdict
from redemption.models import Redemption, RedemptionLine
from redemption.policies import TRAVEL
from redemption.queries import facts_of
from redemption.states import GIVEN_BACK, LineState
from redemption.story import TimelineItem, timeline

MOST_ROWS = 200
_LIVE = sorted(set(LineState) - GIVEN_BACK)


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One request that waits for the actor."""

    reference: str
    content_hash: str
    asker: str
    title: str
    points: int
    kind: str
    asked_at: datetime
    verdict: PolicyVerdict

    @property
    def is_travel(self) -> bool:
        """Whether somebody travels."""
        return self.kind in TRAVEL


def waiting_requests(actor: Actor) -> list[InboxRow]:
    """Everything that waits for this actor, the oldest first."""
    rows = session().execute(_open_for(actor)).all()
    trips = _trips(row.RedemptionLine for row in rows)
    return [
        InboxRow(
            reference=row.reference,
            content_hash=row.RedemptionLine.content_hash,
            asker=row.name,
            title=title_of(row.RedemptionLine.snapshot),
            points=row.RedemptionLine.points,
            kind=row.RedemptionLine.snapshot["kind"],
            asked_at=row.submitted_at,
            verdict=_verdict(row, trips),
        )
        for row in rows
    ]


def waiting_count(actor: Actor) -> int:
    """How many requests wait for this actor."""
    count = session().scalar(
        sa.select(sa.func.count())
        .select_from(ApprovalAssignee)
        .join(ApprovalStep, ApprovalStep.id == ApprovalAssignee.step_id)
        .where(
            ApprovalAssignee.employee_id == actor.employee_id,
            ApprovalStep.state == StepState.OPEN,
            _not_answered_by(actor),
        )
    )
    return count or 0


def _not_answered_by(actor: Actor) -> sa.ColumnElement[bool]:
    """Whoever said yes to an earlier step is not the one this step needs."""
    other = aliased(ApprovalStep)
    return ~sa.exists().where(
        other.line_id == ApprovalStep.line_id, other.decided_by_id == actor.employee_id
    )


def _open_for(actor: Actor) -> Any:
    return (
        sa.select(
            Redemption.reference,
            Redemption.submitted_at,
            RedemptionLine,
            ApprovalPolicy,
            Employee.name,
            Employee.status,
        )
        .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
        .join(ApprovalStep, ApprovalStep.line_id == RedemptionLine.id)
        .join(ApprovalPolicy, ApprovalPolicy.id == ApprovalStep.policy_id)
        .join(ApprovalAssignee, ApprovalAssignee.step_id == ApprovalStep.id)
        .join(Employee, Employee.id == Redemption.employee_id)
        .where(
            ApprovalAssignee.employee_id == actor.employee_id,
            ApprovalStep.state == StepState.OPEN,
            RedemptionLine.state == LineState.PENDING_APPROVAL,
            _not_answered_by(actor),
        )
        .order_by(Redemption.submitted_at, Redemption.id)
        .limit(MOST_ROWS)
    )


def title_of(snapshot: dict[str, Any]) -> str:
    """`Atlas Outdoor gift card × 3`."""
    quantity = snapshot["quantity"]
    return snapshot["name"] + (f" × {quantity}" if quantity > 1 else "")


@dataclass(frozen=True, slots=True)
class _Trip:
    line_id: int
    employee_id: int
    name: str
    leaves_on: date | None


def _trips(lines: Iterable[RedemptionLine]) -> list[_Trip]:
    """The live journeys of everyone who asks for one."""
    askers = {line.employee_id for line in lines if line.snapshot["kind"] in TRAVEL}
    if not askers:
        return []
    rows = session().scalars(
        sa.select(RedemptionLine).where(
            RedemptionLine.employee_id.in_(askers), RedemptionLine.state.in_(_LIVE)
        )
    )
    return [
        _Trip(line.id, line.employee_id, line.snapshot["name"], leaves_on(line.snapshot))
        for line in rows
        if line.snapshot["kind"] in TRAVEL
    ]


def leaves_on(snapshot: dict[str, Any]) -> date | None:
    """The first day of a journey."""
    trip = snapshot["departure"]
    return date.fromisoformat(trip["starts_on"]) if trip else None


def _verdict(row: Any, trips: Sequence[_Trip]) -> PolicyVerdict:
    line, asked_on = row.RedemptionLine, row.submitted_at.date()
    earlier = [
        trip
        for trip in trips
        if trip.employee_id == line.employee_id
        and trip.line_id < line.id
        and trip.leaves_on is not None
        and trip.leaves_on.year == (leaves_on(line.snapshot) or asked_on).year
    ]
    facts = Circumstances(
        tier_name=line.snapshot["tier_name"],
        asked_on=asked_on,
        leaves_on=leaves_on(line.snapshot),
        trips_this_year=len(earlier),
        person_is_active=row.status == EmployeeStatus.ACTIVE,
    )
    return policy_verdict(rule_of(row.ApprovalPolicy), facts)


@dataclass(frozen=True, slots=True)
class BudgetEffect:
    """What a request takes of a budget. `before` is what was left without it."""

    name: str
    points: int
    before: int

    @property
    def percent(self) -> int:
        """The share of what was left, rounded."""
        return round(100 * self.points / self.before) if self.before else 100

    @property
    def is_large(self) -> bool:
        """Whether an approver should think twice: a third of what is left, or more."""
        return self.percent >= 33


@dataclass(frozen=True, slots=True)
class Decided:
    """The actor's own answer that may still be undone."""

    decision_id: int
    verdict: Verdict
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """One request as an approver sees it."""

    reference: str
    content_hash: str
    asker: Person
    snapshot: dict[str, Any]
    title: str
    points: int
    state: LineState
    asked_at: datetime
    verdict: PolicyVerdict
    policy_name: str
    budget: BudgetEffect | None
    balance: int  # what they had before this was set aside
    earned_with: tuple[str, ...]
    earlier_trips: tuple[str, ...]
    is_open: bool  # the actor may answer now
    decided: Decided | None
    story: tuple[TimelineItem, ...]

    @property
    def leaves_on(self) -> date | None:
        """The first day of a journey."""
        return leaves_on(self.snapshot)

    @property
    def returns_on(self) -> date | None:
        """The last day of a journey."""
        trip = self.snapshot["departure"]
        return date.fromisoformat(trip["ends_on"]) if trip else None


def decision_page(actor: Actor, reference: str, *, at: datetime) -> DecisionPage:
    """A request the actor was asked about. Raises NotFound for any other."""
    row = _asked_about(actor, reference)
    line: RedemptionLine = row.RedemptionLine
    trips = _trips([line])
    mine = [trip for trip in trips if trip.line_id != line.id]
    asker = person(line.employee_id)
    held_here = 0 if line.state in GIVEN_BACK else line.points
    return DecisionPage(
        reference=reference,
        content_hash=line.content_hash,
        asker=asker,
        snapshot=line.snapshot,
        title=title_of(line.snapshot),
        points=line.points,
        state=line.state,
        asked_at=row.submitted_at,
        verdict=_verdict(row, trips),
        policy_name=row.ApprovalPolicy.name,
        budget=_budget_effect(line),
        balance=points_of(line.employee_id, at=at).available + held_here,
        earned_with=_earned_with(line.employee_id),
        earlier_trips=tuple(trip.name for trip in mine[:3]),
        is_open=_is_open_to(actor, line),
        decided=_undoable(actor, line.id),
        story=tuple(timeline(replace(facts_of(line), asker=asker.name))),
    )


def line_asked_about(actor: Actor, reference: str) -> int:
    """The line behind a reference that the actor was asked about. Raises NotFound."""
    return _asked_about(actor, reference).RedemptionLine.id


def _asked_about(actor: Actor, reference: str) -> Any:
    row = (
        session()
        .execute(
            sa.select(Redemption.submitted_at, RedemptionLine, ApprovalPolicy, Employee.status)
            .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
            .join(ApprovalStep, ApprovalStep.line_id == RedemptionLine.id)
            .join(ApprovalPolicy, ApprovalPolicy.id == ApprovalStep.policy_id)
            .join(ApprovalAssignee, ApprovalAssignee.step_id == ApprovalStep.id)
            .join(Employee, Employee.id == Redemption.employee_id)
            .where(
                Redemption.reference == reference,
                ApprovalAssignee.employee_id == actor.employee_id,
            )
            .order_by(RedemptionLine.position, ApprovalStep.seq)
            .limit(1)
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound("There is no such request, or it is not yours to decide.")
    return row


def _budget_effect(line: RedemptionLine) -> BudgetEffect | None:
    if line.budget_id is None:
        return None
    budget: BudgetLeft = budget_left(line.budget_id)
    taken = 0 if line.state in GIVEN_BACK else line.budget_points
    return BudgetEffect(budget.name, line.budget_points, budget.left + taken)


def _earned_with(employee_id: int, most: int = 2) -> tuple[str, ...]:
    """What brought this person most of their points."""
    total = sa.func.sum(Award.points)
    return tuple(
        session().scalars(
            sa.select(Award.reason)
            .where(Award.employee_id == employee_id)
            .group_by(Award.reason)
            .having(total > 0)
            .order_by(total.desc(), Award.reason)
            .limit(most)
        )
    )


def _is_open_to(actor: Actor, line: RedemptionLine) -> bool:
    if line.state is not LineState.PENDING_APPROVAL:
        return False
    found = session().scalar(
        sa.select(ApprovalStep.id)
        .join(ApprovalAssignee, ApprovalAssignee.step_id == ApprovalStep.id)
        .where(
            ApprovalStep.line_id == line.id,
            ApprovalStep.state == StepState.OPEN,
            ApprovalAssignee.employee_id == actor.employee_id,
            _not_answered_by(actor),
        )
    )
    return found is not None


def _undoable(actor: Actor, line_id: int) -> Decided | None:
    row = (
        session()
        .execute(
            sa.select(ApprovalDecision.id, ApprovalDecision.verdict, ApprovalDecision.effective_at)
            .join(ApprovalStep, ApprovalStep.id == ApprovalDecision.step_id)
            .where(
                ApprovalDecision.line_id == line_id,
                ApprovalDecision.approver_id == actor.employee_id,
                ApprovalDecision.round == ApprovalStep.round,
                ApprovalDecision.verdict != Verdict.UNDO,
                ApprovalStep.state == StepState.DECIDED,
            )
        )
        .one_or_none()
    )
    return Decided(*row) if row else None
