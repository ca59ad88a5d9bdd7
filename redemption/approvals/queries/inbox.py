"""The inbox of an approver: every request that waits for them, with the facts that decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.models import Reward, Variant, VariantStock
from catalog.states import TRAVEL, Kind, RewardState, VariantState
from marketplace.access.actor import Actor
from marketplace.budgets.models import Budget, BudgetBalance
from marketplace.kernel.db import session
from marketplace.kernel.utc_day import utc_day
from marketplace.ledger.models import PointValueRate
from marketplace.ledger.queries import RATE, Money, PointValue, rate_holds, rate_of
from marketplace.ledger.worth import about_words
from marketplace.people.models import Department, Employee
from marketplace.people.states import EmployeeStatus
from redemption.approvals.away.reach import is_spent, may_answer
from redemption.approvals.clock_words import closes_on
from redemption.approvals.gates import Asked
from redemption.approvals.kept_views.queries import KEPT, ShownView, views_in
from redemption.approvals.models import (
    ApprovalAssignee,
    ApprovalClock,
    ApprovalDecision,
    ApprovalNote,
    ApprovalPolicy,
    ApprovalPool,
    ApprovalStep,
)
from redemption.approvals.policies import Circumstances, PolicyVerdict, policy_verdict
from redemption.approvals.queries.history import TO_UNDO, LastAnswer, last_answer_in
from redemption.approvals.queries.routing import rule_of
from redemption.approvals.queries.said_so_far import (
    AUTHOR,
    LastSaid,
    last_note,
    last_said,
    yes_before,
)
from redemption.approvals.queries.trips import Trip, trips_of
from redemption.approvals.states import Asks, StepState
from redemption.models import Redemption, RedemptionLine
from redemption.states import GIVEN_BACK, LineState
from redemption.words import counts_with, title_of

MOST_ROWS = 200
STAND_INS = frozenset({Asks.TRAVEL_APPROVER.via, Asks.PROGRAM_MANAGER.via})
_Other, _Asked = aliased(ApprovalStep), aliased(ApprovalAssignee)
_InPlaceOf = aliased(Employee)


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
class InboxRow:
    """One request with what its approver weighs."""

    line_id: int
    reference: str
    content_hash: str
    employee_id: int
    reward_id: int
    asker: str
    department: str
    snapshot: dict[str, Any]
    points: int
    value: PointValue | None  # of points, where who asks lives
    state: LineState
    asked_at: datetime
    decide_by: datetime | None  # without an answer by then it ends
    verdict: PolicyVerdict
    policy_name: str
    asked_as: str  # `manager`; `travel approver, in place of the manager`
    in_place_of: str  # for whom the actor answers; mostly empty
    budget: BudgetEffect | None
    other_trips: tuple[str, ...]
    is_offered: bool  # to others, still
    capacity: int | None
    places_left: int | None  # beside what is asked for here, while that waits
    yes_from: str  # who of the others said yes last, at this gate or before
    last_said: LastSaid | None
    is_overdue: bool  # nobody answered in two working days
    closes: str  # from the working day before: `Closes on Friday, 4 Dec 2026 …`
    whole: str  # the request it stands in together with others; empty where it is alone
    whole_points: int  # of all lines of the request
    kept: tuple[ShownView, ...]  # views of the inbox that who reads it has saved
    last: LastAnswer | None  # of who reads it, which they may still take back

    @property
    def about(self) -> str:
        """What its points are worth to who asks: `about €480`."""
        return self.about_of(self.points)

    def about_of(self, points: int) -> str:
        """What so many points are worth to who asks; empty where no rate is known."""
        return about_words(self.value, points)

    @property
    def taxable_value(self) -> Money | None:
        """What all of it counts as in money; none where it counts as nothing."""
        minor, currency = self.snapshot["cash_minor"], self.snapshot["currency"]
        is_theirs = minor is not None and self.snapshot["kind"] != Kind.DONATION
        return Money(minor * self.snapshot["quantity"], currency) if is_theirs else None

    @property
    def title(self) -> str:
        """`Atlas Outdoor gift card × 3`."""
        return title_of(self.snapshot)

    @property
    def kind(self) -> str:
        """What kind of reward it is."""
        return self.snapshot["kind"]

    @property
    def is_own(self) -> bool:
        """Whether who asks had a hand in the terms of the reward."""
        return self.snapshot["is_own"]

    @property
    def counts_with(self) -> str:
        """What it counts together with and would not be asked for so without; mostly empty."""
        return counts_with(self.snapshot["counted"], needs_rest=self.snapshot["needs_rest"])

    @property
    def is_routine(self) -> bool:
        """Whether it can be picked among many: within policy, and nothing one set up oneself."""
        return self.verdict.within and not self.is_own

    @property
    def is_travel(self) -> bool:
        """Whether somebody travels."""
        return self.kind in TRAVEL

    @property
    def leaves_on(self) -> date | None:
        """The first day of a journey."""
        return leaves_on(self.snapshot)

    @property
    def returns_on(self) -> date | None:
        """The last day of a journey."""
        trip = self.snapshot["departure"]
        return date.fromisoformat(trip["ends_on"]) if trip else None


def waiting_requests(actor: Actor, *, at: datetime) -> list[InboxRow]:
    """Everything that waits for this actor, also in another's place, the oldest first."""
    wanted = asked_of(actor, at).where(
        ApprovalStep.state == StepState.OPEN,
        RedemptionLine.state == LineState.PENDING_APPROVAL,
        waits_for(actor, at),
        ~_asked_before_it(actor, at),
    )
    ordered = wanted.order_by(Redemption.submitted_at, Redemption.id).limit(MOST_ROWS)
    with_own = ordered.add_columns(KEPT, TO_UNDO)
    return weighed(session().execute(with_own, {"me": actor.id}).all())


def count_waiting(actor: Actor, rows: Sequence[InboxRow], *, at: datetime) -> int:
    """How many wait in all; asked of the database only where `rows` may not be all of them."""
    if len(rows) < MOST_ROWS:
        return len(rows)
    return session().scalar(sa.select(waiting_for(actor, at))) or 0


def asked_of(actor: Actor, at: datetime) -> Any:
    """The requests this actor was asked about, with all that `weighed` needs, in one statement.

    Also those that somebody was asked about for whom they answer at that moment, or answered.
    """
    return (
        sa.select(*_facts(), _in_place_of(actor).label("in_place_of"))
        .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
        .join(Reward, Reward.id == RedemptionLine.reward_id)
        .join(Variant, Variant.id == RedemptionLine.variant_id)
        .outerjoin(VariantStock, VariantStock.variant_id == RedemptionLine.variant_id)
        .join(ApprovalStep, ApprovalStep.line_id == RedemptionLine.id)
        .join(ApprovalPolicy, ApprovalPolicy.id == ApprovalStep.policy_id)
        .join(ApprovalAssignee, ApprovalAssignee.step_id == ApprovalStep.id)
        .join(Employee, Employee.id == Redemption.employee_id)
        .outerjoin(ApprovalClock, ApprovalClock.step_id == ApprovalStep.id)
        .outerjoin(ApprovalNote, ApprovalNote.id == last_note())
        .outerjoin(AUTHOR, AUTHOR.id == ApprovalNote.author_id)
        .outerjoin(ApprovalPool, ApprovalPool.slug == ApprovalStep.pool)
        .outerjoin(Department, Department.id == Employee.department_id)
        .outerjoin(PointValueRate, rate_holds(Employee.country, utc_day(Redemption.submitted_at)))
        .outerjoin(Budget, Budget.id == RedemptionLine.budget_id)
        .outerjoin(BudgetBalance, BudgetBalance.budget_id == Budget.id)
        .where(sa.or_(may_answer(actor.employee_id, at), _has_answered(actor)))
    )


def _in_place_of(actor: Actor) -> sa.ScalarSelect[str]:
    """Who was asked, where that is somebody else."""
    return (
        sa.select(_InPlaceOf.name)
        .where(_InPlaceOf.id == ApprovalAssignee.employee_id, _InPlaceOf.id != actor.employee_id)
        .correlate(ApprovalAssignee)
        .scalar_subquery()
    )


def _has_answered(actor: Actor) -> sa.ColumnElement[bool]:
    """Whether this actor gave the answer of an assignee."""
    given = sa.exists().where(
        ApprovalDecision.step_id == ApprovalAssignee.step_id,
        ApprovalDecision.asked_id == ApprovalAssignee.employee_id,
        ApprovalDecision.approver_id == actor.employee_id,
    )
    return given.correlate_except(ApprovalDecision)


def _facts() -> tuple[Any, ...]:
    """The columns that `weighed` needs."""
    return (
        RedemptionLine.reference,
        Redemption.reference.label("whole"),
        Redemption.total_points,
        Redemption.submitted_at,
        RedemptionLine,
        ApprovalPolicy,
        ApprovalStep.asks,
        sa.func.coalesce(ApprovalPool.slug, "").label("pool"),
        sa.func.coalesce(ApprovalPool.name, "").label("pool_name"),
        ApprovalAssignee.via,
        ApprovalAssignee.because,
        ApprovalAssignee.escalated_at,
        ApprovalClock.escalated_at.label("overdue_since"),
        ApprovalClock.warned_at,
        Employee.name,
        Employee.status,
        sa.func.coalesce(Department.name, "").label("department"),
        Reward.state.label("shelf"),
        Variant.state.label("sale"),
        VariantStock.capacity,
        (VariantStock.reserved + VariantStock.sold).label("taken"),
        yes_before().label("yes_from"),
        ApprovalNote.kind.label("said_kind"),
        ApprovalNote.text.label("said_text"),
        AUTHOR.name.label("said_by"),
        Budget.name.label("budget"),
        BudgetBalance.left.label("left"),
        *RATE,
    )


def weighed(rows: Sequence[Any]) -> list[InboxRow]:
    """The rows of `asked_of` with verdict and budget effect."""
    trips = trips_of(row.RedemptionLine for row in rows)
    return [_weighed(row, trips.get(row.RedemptionLine.employee_id, [])) for row in rows]


def _weighed(row: Any, trips: Sequence[Trip]) -> InboxRow:
    line: RedemptionLine = row.RedemptionLine
    others = [trip for trip in trips if trip.line_id != line.id]
    latest = sorted(others, key=lambda trip: trip.leaves_on or date.min, reverse=True)
    is_travel = line.snapshot["kind"] in TRAVEL
    return InboxRow(
        line_id=line.id,
        reference=row.reference,
        content_hash=line.content_hash,
        employee_id=line.employee_id,
        reward_id=line.reward_id,
        asker=row.name,
        department=row.department,
        snapshot=line.snapshot,
        points=line.points,
        value=rate_of(row),
        state=line.state,
        asked_at=row.submitted_at,
        decide_by=line.decide_by,
        verdict=_verdict(row, trips),
        policy_name=row.ApprovalPolicy.name,
        asked_as=_asked_as(row),
        in_place_of=row.in_place_of or "",
        budget=_budget_effect(line, row),
        other_trips=tuple(trip.words for trip in latest[:3]) if is_travel else (),
        is_offered=row.shelf is RewardState.PUBLISHED and row.sale is VariantState.ON_SALE,
        capacity=row.capacity,
        places_left=None if row.capacity is None else row.capacity - row.taken,
        yes_from=row.yes_from or "",
        last_said=last_said(row),
        is_overdue=row.overdue_since is not None,
        closes=closes_on(line.decide_by) if row.warned_at and line.decide_by else "",
        whole=row.whole if row.whole != row.reference else "",
        whole_points=row.total_points,
        kept=views_in(row) if hasattr(row, "kept_views") else (),
        last=last_answer_in(row) if hasattr(row, "to_undo") else None,
    )


def _asked_as(row: Any) -> str:
    """Why it is this person; whoever is missing is replaced, whoever is silent joined."""
    if row.escalated_at is not None:
        return f"{row.via}, as nobody had answered"
    asks = Asked(row.asks, row.pool, row.pool_name)
    is_meant = row.via not in STAND_INS if asks.pool else row.via == asks.via
    asked = row.via if is_meant else f"{row.via}, in place of {asks.words}"
    if row.in_place_of:
        return f"{asked}, for {row.in_place_of}"
    return f"{asked}: {row.because}" if row.because else asked


def _budget_effect(line: RedemptionLine, row: Any) -> BudgetEffect | None:
    if row.budget is None:
        return None
    taken = 0 if line.state in GIVEN_BACK else line.budget_points
    return BudgetEffect(row.budget, line.budget_points, row.left + taken)


def waiting_for(actor: Actor, at: Any) -> sa.ScalarSelect[int]:
    """How many requests wait for this actor; `at` may be the parameter of a statement."""
    return (
        sa.select(sa.func.count(sa.distinct(ApprovalStep.line_id)))
        .select_from(ApprovalAssignee)
        .join(ApprovalStep, ApprovalStep.id == ApprovalAssignee.step_id)
        .where(ApprovalStep.state == StepState.OPEN, waits_for(actor, at))
        .scalar_subquery()
    )


def waits_for(actor: Actor, at: Any) -> sa.ColumnElement[bool]:
    """Whether an assignee's answer is this actor's to give, and none of theirs is there yet."""
    who = actor.employee_id
    return sa.and_(may_answer(who, at), ~is_spent(who))


def _asked_before_it(actor: Actor, at: datetime) -> sa.ColumnElement[bool]:
    """Whether they may answer an earlier open step too, or for somebody else: it shows once."""
    other, asked, who = _Other, _Asked, actor.employee_id
    found = sa.exists().where(
        other.line_id == ApprovalStep.line_id,
        other.state == StepState.OPEN,
        asked.step_id == other.id,
        sa.or_(
            other.seq < ApprovalStep.seq,
            sa.and_(other.id == ApprovalStep.id, asked.id < ApprovalAssignee.id),
        ),
        may_answer(who, at, asked),
        ~is_spent(who, asked),
    )
    return found.correlate_except(other, asked)


def leaves_on(snapshot: dict[str, Any]) -> date | None:
    """The first day of a journey."""
    trip = snapshot["departure"]
    return date.fromisoformat(trip["starts_on"]) if trip else None


def _verdict(row: Any, trips: Sequence[Trip]) -> PolicyVerdict:
    line, asked_on = row.RedemptionLine, row.submitted_at.date()
    earlier = [
        trip
        for trip in trips
        if trip.is_before(line.id, row.submitted_at)
        and trip.leaves_on is not None
        and trip.leaves_on.year == (leaves_on(line.snapshot) or asked_on).year
    ]
    facts = Circumstances(
        tier_name=line.snapshot["tier_name"],
        asked_on=asked_on,
        leaves_on=leaves_on(line.snapshot),
        trips_this_year=len(earlier),
        person_is_active=row.status == EmployeeStatus.ACTIVE,
        is_own=line.snapshot["is_own"],
    )
    return policy_verdict(rule_of(row.ApprovalPolicy), facts)
