"""What people see of their requests: the check page, the list, and one request with its story."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.choosing import over_entered
from catalog.details import digest
from catalog.offers import Offer
from catalog.policies import Obstacle, redeem_obstacle
from catalog.queries import reward_page
from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.budgets.errors import BudgetExceeded
from marketplace.budgets.queries import BudgetLeft, rewards_budget_for
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.ledger.models import Hold
from marketplace.ledger.queries import (
    points_of,
    returned_columns,
    returned_of,
)
from marketplace.people.models import Employee
from marketplace.people.queries import Person, person
from redemption.approvals.models import (
    ApprovalAssignee,
    ApprovalDecision,
    ApprovalNote,
    ApprovalStep,
)
from redemption.approvals.policies import PlannedStep, may_remind_at
from redemption.approvals.queries.routing import plan_of
from redemption.approvals.states import NoteKind, StepState, Verdict
from redemption.models import DeliveryAddress, Redemption, RedemptionEvent, RedemptionLine
from redemption.policies import (
    DELIVERED,
    Address,
    CancelObstacle,
    Standing,
    cancel_obstacle,
    cutoff_of,
)
from redemption.refusals import AlreadyGoing, NobodyCanApprove
from redemption.returns import is_returnable
from redemption.states import GIVEN_BACK, LineState
from redemption.story import Facts, Gate, Move, Said, TimelineItem, came_back, timeline

RECENTLY, FEWEST_ANSWERS = timedelta(days=90), 5
_MOST_ANSWERS = 500
_LATELY = timedelta(hours=1)
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Everything to know before spending: the offer, points before and after, who approves."""

    offer: Offer
    available: int
    steps: tuple[PlannedStep, ...]
    usual_wait: timedelta | None
    obstacle: Obstacle | None
    needs_address: bool
    included: tuple[str, ...]
    used: int
    recipient: str
    seen_details: str
    can_be_approved: bool
    asked_before: str  # the reference of the same reward asked for within the last hour, or empty

    @property
    def after(self) -> int:
        """What is left when this is done."""
        return self.available - self.offer.points


def check_page(
    actor: Actor, slug: str, *, at: datetime, variant_id: int | None, amount: str = ""
) -> CheckPage:
    """The check page of one variant over the amount entered, if one is.

    An amount there is not is an obstacle. Raises NotFound when it is not the actor's to see.
    """
    balance = points_of(actor.id, at=at).available
    page = reward_page(actor, slug, available=balance, at=at, variant_id=variant_id)
    offer = page.chosen
    if variant_id is not None and offer.variant_id != variant_id:
        raise NotFound("This choice is no longer offered. Look at the reward for what there is.")
    offer, wrong = over_entered(offer, amount)
    obstacle = wrong or redeem_obstacle(offer, balance, used=page.used, at=at)
    asker, steps, nobody = person(actor.id), (), None
    lately, is_going = _asked_before(actor, offer, at)
    try:
        steps = plan_of(asker, offer.kind, offer.tier_slug, offer.points, at=at).steps
    except NobodyCanApprove as refusal:
        nobody = refusal
    going = AlreadyGoing(offer.name) if is_going else None
    refused = nobody or going or _beyond_budget(asker, offer, at)
    if refused is not None:
        obstacle = obstacle or Obstacle(refused.code, refused.message)
    return CheckPage(
        offer=offer,
        available=balance,
        steps=steps,
        usual_wait=usual_wait(offer.kind, at=at) if steps else None,
        obstacle=obstacle,
        needs_address=offer.kind in DELIVERED,
        included=page.included,
        used=page.used,
        recipient=actor.name,
        seen_details=digest(offer.details),
        can_be_approved=nobody is None,
        asked_before="" if obstacle else lately,
    )


def travel_budget(asker: Person, kind: Kind, *, at: datetime) -> BudgetLeft | None:
    """The budget a request for travel draws on beside the points; none for all else."""
    return rewards_budget_for(asker.department_id, on=at.date()) if kind.is_travel else None


def _beyond_budget(asker: Person, offer: Offer, at: datetime) -> BudgetExceeded | None:
    budget = travel_budget(asker, offer.kind, at=at)
    if budget is None or budget.left >= offer.points:
        return None
    return BudgetExceeded(budget.budget_id, needed=offer.points, left=budget.left, name=budget.name)


def _asked_before(actor: Actor, offer: Offer, at: datetime) -> tuple[str, bool]:
    """The reference of what was asked for just now, and whether one has a place on this trip.

    Somebody who pressed the back button, or twice, should hear of it before asking again.
    """
    rows = (
        session()
        .execute(
            sa.select(Redemption.reference, Redemption.submitted_at, RedemptionLine.variant_id)
            .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
            .where(
                RedemptionLine.employee_id == actor.employee_id,
                RedemptionLine.reward_id == offer.reward_id,
                RedemptionLine.state.not_in(GIVEN_BACK),
            )
            .order_by(Redemption.id.desc())
            .limit(_LOOKED_AT)
        )
        .all()
    )
    lately = next((row.reference for row in rows if row.submitted_at > at - _LATELY), "")
    is_going = offer.departure is not None and offer.variant_id in {row.variant_id for row in rows}
    return lately, is_going


def waits_for_approval(reference: str) -> bool:
    """Whether somebody has to say yes to a request that was just made."""
    states = (
        sa.select(RedemptionLine.state)
        .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
        .where(Redemption.reference == reference)
    )
    return LineState.PENDING_APPROVAL in session().scalars(states)


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request in the list of its owner."""

    id: int
    reference: str
    name: str
    label: str
    kind: str
    slug: str
    brand: str
    cash_minor: int | None
    currency: str | None
    art: dict[str, Any]
    photo: dict[str, Any]
    points: int
    state: LineState
    submitted_at: datetime
    waits_for: tuple[str, ...]


def my_requests(actor: Actor, *, before_id: int | None = None, limit: int = 24) -> list[RequestRow]:
    """The actor's requests, newest first."""
    line = RedemptionLine
    wanted = (
        sa.select(Redemption.id, Redemption.reference, Redemption.submitted_at, line)
        .join(line, line.redemption_id == Redemption.id)
        .where(Redemption.employee_id == actor.employee_id)
        .order_by(Redemption.id.desc(), line.position)
        .limit(limit)
    )
    if before_id is not None:
        wanted = wanted.where(Redemption.id < before_id)
    rows = session().execute(wanted).all()
    pending = [r.RedemptionLine.id for r in rows if r.RedemptionLine.state in _WAITING]
    names = _names_asked(pending)
    return [
        RequestRow(
            id=row.id,
            reference=row.reference,
            name=row.RedemptionLine.snapshot["name"],
            label=row.RedemptionLine.snapshot["label"],
            kind=row.RedemptionLine.snapshot["kind"],
            slug=row.RedemptionLine.snapshot["slug"],
            brand=row.RedemptionLine.snapshot["brand"],
            cash_minor=row.RedemptionLine.snapshot["cash_minor"],
            currency=row.RedemptionLine.snapshot["currency"],
            art=row.RedemptionLine.snapshot["art"],
            photo=row.RedemptionLine.snapshot.get("photo", {}),
            points=row.RedemptionLine.points,
            state=row.RedemptionLine.state,
            submitted_at=row.submitted_at,
            waits_for=names.get(row.RedemptionLine.id, ()),
        )
        for row in rows
    ]


_WAITING = frozenset({LineState.PENDING_APPROVAL})
_CURRENT = (StepState.OPEN, StepState.DECIDED)


def _names_asked(line_ids: list[int]) -> dict[int, tuple[str, ...]]:
    if not line_ids:
        return {}
    rows = session().execute(
        sa.select(ApprovalStep.line_id, Employee.name)
        .join(ApprovalAssignee, ApprovalAssignee.step_id == ApprovalStep.id)
        .join(Employee, Employee.id == ApprovalAssignee.employee_id)
        .where(ApprovalStep.line_id.in_(line_ids), ApprovalStep.state.in_(_CURRENT))
        .order_by(ApprovalAssignee.id)
    )
    names: dict[int, tuple[str, ...]] = {}
    for line_id, name in rows:
        names[line_id] = (*names.get(line_id, ()), name)
    return names


@dataclass(frozen=True, slots=True)
class OperatorRow:
    """One request as an operator lists or reads it."""

    reference: str
    asker: str
    name: str
    points: int
    state: LineState
    submitted_at: datetime
    waits_for: tuple[str, ...] = ()
    story: tuple[TimelineItem, ...] = ()


_FOR_OPERATORS = (
    sa.select(Redemption.reference, Redemption.submitted_at, RedemptionLine, Employee.name)
    .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
    .join(Employee, Employee.id == Redemption.employee_id)
    .order_by(Redemption.id.desc(), RedemptionLine.position)
)


def every_request(*, state: LineState | None = None, limit: int = 50) -> list[OperatorRow]:
    """Everybody's requests, newest first; for the command line."""
    wanted = _FOR_OPERATORS.limit(limit)
    if state is not None:
        wanted = wanted.where(RedemptionLine.state == state)
    rows = session().execute(wanted).all()
    names = _names_asked([row.RedemptionLine.id for row in rows])
    return [_operator_row(row, waits_for=names.get(row.RedemptionLine.id, ())) for row in rows]


def story_for_operators(reference: str, *, at: datetime) -> OperatorRow:
    """One request with its story; for the command line. Raises NotFound."""
    row = session().execute(_FOR_OPERATORS.where(Redemption.reference == reference)).first()
    if row is None:
        raise NotFound(f"There is no request {reference}. Look with: redemptions list.")
    facts = replace(facts_of(row.RedemptionLine, at=at), asker=row.name)
    return _operator_row(row, story=tuple(timeline(facts)))


def _operator_row(row: Any, **more: Any) -> OperatorRow:
    line: RedemptionLine = row.RedemptionLine
    return OperatorRow(
        reference=row.reference,
        asker=row.name,
        name=line.snapshot["name"],
        points=line.points,
        state=line.state,
        submitted_at=row.submitted_at,
        **more,
    )


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request as its owner sees it."""

    reference: str
    line_id: int
    snapshot: dict[str, Any]
    quantity: int
    points: int
    state: LineState
    submitted_at: datetime
    address: Address | None
    starts_on: date | None
    ends_on: date | None
    cancel_obstacle: CancelObstacle | None
    remind_at: datetime | None  # from when on a reminder may be sent; None: nobody is asked
    open_question: str
    question_from: str
    story: tuple[TimelineItem, ...]
    was_approved: bool  # somebody had to say yes
    came_back: str  # what became of the points, once they came back

    @property
    def state_words(self) -> str:
        """The state for its owner: what needed no approval was never approved either."""
        is_plain = self.state is LineState.APPROVED and not self.was_approved
        return (LineState.FULFILLING if is_plain else self.state).label


def request_page(actor: Actor, reference: str, *, at: datetime) -> RequestPage:
    """One's own request. Raises NotFound for anyone else's."""
    row = (
        session()
        .execute(
            sa.select(Redemption, RedemptionLine, DeliveryAddress, *returned_columns())
            .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
            .join(Hold, Hold.id == RedemptionLine.hold_id)
            .outerjoin(DeliveryAddress, DeliveryAddress.line_id == RedemptionLine.id)
            .where(Redemption.reference == reference, Redemption.employee_id == actor.employee_id)
            .order_by(RedemptionLine.position)
            .limit(1)
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound("There is no such request, or it belongs to someone else.")
    line, returned = row.RedemptionLine, returned_of(row)
    facts = replace(facts_of(line, at=at), returned=returned)
    trip = line.snapshot["departure"]
    question = _open_question(facts)
    return RequestPage(
        reference=reference,
        line_id=line.id,
        snapshot=line.snapshot,
        quantity=line.quantity,
        points=line.points,
        state=line.state,
        submitted_at=row.Redemption.submitted_at,
        address=_address(row.DeliveryAddress),
        starts_on=date.fromisoformat(trip["starts_on"]) if trip else None,
        ends_on=date.fromisoformat(trip["ends_on"]) if trip else None,
        cancel_obstacle=cancel_obstacle(_standing(line), at=at),
        remind_at=_remind_at(facts),
        open_question=question.text if question else "",
        question_from=question.who if question else "",
        story=tuple(timeline(facts)),
        was_approved=bool(facts.gates),
        came_back=came_back(returned),
    )


def _standing(line: RedemptionLine) -> Standing:
    return Standing(line.state, cutoff_of(line.snapshot), is_returnable(line.id))


def _address(row: DeliveryAddress | None) -> Address | None:
    if row is None:
        return None
    return Address(row.recipient, row.street, row.postal_code, row.city, row.country)


def facts_of(line: RedemptionLine, *, at: datetime) -> Facts:
    """What the story of a line is made of; an answer counts once it took effect."""
    return Facts(
        state=line.state,
        points=line.points,
        moves=_moves(line.id),
        gates=_gates(line.id),
        said=_said(line.id),
        next_steps=line.snapshot["next_steps"],
        decide_by=line.decide_by,
        usual=usual_wait(line.snapshot["kind"], at=at) if line.state in _WAITING else None,
    )


def _moves(line_id: int) -> list[Move]:
    rows = session().execute(
        sa.select(RedemptionEvent, Employee.name)
        .outerjoin(Employee, Employee.id == RedemptionEvent.actor_id)
        .where(RedemptionEvent.line_id == line_id)
        .order_by(RedemptionEvent.seq)
    )
    return [Move(event.to_state, event.at, name or "Laurel", event.note) for event, name in rows]


def _gates(line_id: int) -> list[Gate]:
    rows = (
        session()
        .execute(
            sa.select(ApprovalStep, Employee.id, Employee.name)
            .join(ApprovalAssignee, ApprovalAssignee.step_id == ApprovalStep.id)
            .join(Employee, Employee.id == ApprovalAssignee.employee_id)
            .where(ApprovalStep.line_id == line_id)
            .order_by(ApprovalStep.seq, ApprovalAssignee.id)
        )
        .all()
    )
    gates: dict[int, Gate] = {}
    for step, _who_id, _name in rows:
        names = tuple(name for other, _id, name in rows if other.id == step.id)
        decided = [name for other, who, name in rows if other is step and who == step.decided_by_id]
        settled = step.settled_at is not None and decided
        gates[step.seq] = Gate(
            seq=step.seq,
            asks=step.asks,
            state=step.state,
            names=names,
            opened_at=step.opened_at,
            settled_at=step.settled_at,
            decided_by=decided[0] if settled else "",
        )
    return list(gates.values())


def _said(line_id: int) -> list[Said]:
    rows = session().execute(
        sa.select(ApprovalNote.kind, Employee.name, ApprovalNote.text, ApprovalNote.at)
        .join(Employee, Employee.id == ApprovalNote.author_id)
        .where(ApprovalNote.line_id == line_id)
        .order_by(ApprovalNote.id)
    )
    return [Said(*row) for row in rows]


def _open_question(facts: Facts) -> Said | None:
    """The last question, unless it was answered or nobody waits any more."""
    talk = [said for said in facts.said if said.kind is not NoteKind.REMINDER]
    if facts.state not in _WAITING or not talk or talk[-1].kind is NoteKind.ANSWER:
        return None
    return talk[-1]


def _remind_at(facts: Facts) -> datetime | None:
    opened = [g.opened_at for g in facts.gates if g.state in _CURRENT and g.opened_at]
    if facts.state not in _WAITING or not opened:
        return None
    nudges = [said.at for said in facts.said if said.kind is NoteKind.REMINDER]
    return may_remind_at(opened[0], nudges[-1] if nudges else None)


def usual_wait(kind: str, *, at: datetime) -> timedelta | None:
    """The median time of one answer about a kind of reward in the last 90 days; none under five.

    An answer taken back and given again counts once, as the one that took effect.
    """
    again = aliased(ApprovalDecision)
    rows = session().execute(
        sa.select(ApprovalStep.opened_at, ApprovalDecision.decided_at)
        .join(ApprovalDecision, ApprovalDecision.step_id == ApprovalStep.id)
        .join(RedemptionLine, RedemptionLine.id == ApprovalStep.line_id)
        .where(
            RedemptionLine.snapshot["kind"].as_string() == kind,
            ApprovalDecision.verdict != Verdict.UNDO,
            ~sa.exists().where(again.undoes_id == ApprovalDecision.id),
            ApprovalDecision.decided_at > at - RECENTLY,
            ApprovalDecision.decided_at <= at,
            ApprovalStep.opened_at.is_not(None),
            ApprovalStep.settled_at.is_not(None),
        )
        .order_by(ApprovalDecision.id.desc())
        .limit(_MOST_ANSWERS)
    )
    waits = [(done - asked).total_seconds() for asked, done in rows if asked]
    return timedelta(seconds=median(waits)) if len(waits) >= FEWEST_ANSWERS else None
