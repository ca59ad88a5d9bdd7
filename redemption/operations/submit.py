"""Asking for a reward: one transaction that reserves everything or nothing.

The order of its writes is the lock rank of the house: request key, new rows, account and lots,
budget, member usage, and the variant's stock last, because everyone wants that row.
"""

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from catalog.details import DetailKind, answers_to, digest
from catalog.errors import DetailsChanged, PromiseChanged
from catalog.offers import Offer
from catalog.operations import confirm_offer, count_taken, reserve_stock
from catalog.queries import offer
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.budgets.errors import BudgetExceeded
from marketplace.budgets.operations import reserve as reserve_budget
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.parsing import parse_date
from marketplace.ledger.operations import hold_points
from marketplace.people.queries import Person, person
from redemption.approvals.operations.passing import give_steps
from redemption.approvals.policies import NOBODY, Plan
from redemption.approvals.queries.routing import plan_of
from redemption.funding import travel_budget
from redemption.models import DeliveryAddress, Redemption, RedemptionEvent, RedemptionLine
from redemption.policies import (
    DELIVERED,
    Order,
    budget_reference,
    content_hash,
)
from redemption.refusals import (
    AddressMissing,
    AlreadyGoing,
    BeyondBudget,
    LeftCompany,
    SetUpMeanwhile,
)
from redemption.states import RESERVED, SPENT, LineState

_SYMBOLS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is mistaken for another
_REFERENCE_LENGTH = 6
HOLD_FOR = timedelta(days=90)  # well beyond every decision; the request itself ends much earlier
DECIDE_AT_MOST = timedelta(days=60)  # however many are asked, and whatever their holidays


@dataclass(frozen=True, slots=True)
class Asking:
    """Everything known about a request; `plan` once the wallet is locked."""

    asker: Person
    offer: Offer
    order: Order
    budget_id: int | None
    answers: list[dict[str, str]]
    at: datetime
    plan: Plan = NOBODY

    @property
    def points(self) -> int:
        return self.offer.points * self.order.quantity


def submit_redemption(actor: Actor, order: Order, *, request_key: str, at: datetime) -> str:
    """Reserve points, budget and a unit for `order` and answer the request's reference.

    The same key always answers the same request. Raises, with nothing changed: NotEligible,
    NotOnSale, PriceChanged, SoldOut, LimitReached (catalog); InsufficientPoints (ledger);
    BadAmount, FixedAmount, WrongDetails, DetailsChanged (catalog); LeftCompany, AddressMissing,
    AlreadyGoing, BeyondBudget, NobodyCanApprove, SetUpMeanwhile.
    """
    answered = claim_key(actor.id, request_key, at=at, **asdict(order))
    if answered is not None:
        return answered
    crashpoint("redemption.submit.claimed")
    asking = _look(actor, order, at)
    redemption_id, reference = _open_redemption(asking, request_key)
    hold_id = hold_points(
        actor.id,
        asking.points,
        reference=f"redemption:{reference}",
        expires_at=at + HOLD_FOR,
        actor_id=actor.id,
        at=at,
    )
    crashpoint("redemption.submit.held")
    asking = _routed(asking)
    line_id = _write_line(asking, redemption_id, hold_id)
    give_steps(line_id, actor.id, asking.plan, at=at)
    _remember(asking, line_id, reference)
    crashpoint("redemption.submit.written")
    _reserve_hot_rows(asking, line_id)
    _refuse_own_by_now(actor, asking)
    crashpoint("redemption.submit.reserved")
    answer_key(actor.id, request_key, reference)
    return reference


def _look(actor: Actor, order: Order, at: datetime) -> Asking:
    asker = person(actor.id)
    if not asker.is_active:
        raise LeftCompany(asker.name)
    offer = confirm_offer(
        actor,
        order.variant_id,
        seen_points=order.expected_points,
        amount_minor=order.amount_minor,
        at=at,
    )
    if offer.kind in DELIVERED and order.address is None:
        raise AddressMissing
    if order.seen_details != digest(offer.details):
        raise DetailsChanged
    if order.seen_promise != offer.promise:
        raise PromiseChanged(offer.promise)
    answers = answers_to(offer.details, order.details, today=at.date())
    budget = travel_budget(asker.department_id, offer.kind, at=at)
    return Asking(asker, offer, order, budget.budget_id if budget else None, answers, at)


def _routed(asking: Asking) -> Asking:
    """With who has to say yes; what the same person asked for a moment ago is known by now."""
    offer, quantity = asking.offer, asking.order.quantity
    return replace(asking, plan=plan_of(asking.asker, offer, quantity=quantity, at=asking.at))


def _open_redemption(asking: Asking, request_key: str) -> tuple[int, str]:
    """The request's own row. Its reference comes from the key, so a repeat would find the same."""
    for attempt in range(20):
        reference = _reference(f"{asking.asker.id}:{request_key}:{attempt}")
        opened = session().scalar(
            insert_or_skip(Redemption)
            .values(
                employee_id=asking.asker.id,
                reference=reference,
                request_key=request_key,
                total_points=asking.points,
                submitted_at=asking.at,
            )
            .on_conflict_do_nothing(index_elements=["reference"])
            .returning(Redemption.id)
        )
        if opened is not None:
            return opened, reference
    raise RuntimeError("Twenty references in a row were taken.")


def _reference(seed: str) -> str:
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8])
    base, places = len(_SYMBOLS), range(_REFERENCE_LENGTH)
    return "R-" + "".join(_SYMBOLS[number // base**place % base] for place in places)


def _write_line(asking: Asking, redemption_id: int, hold_id: int) -> int:
    offer, order, at = asking.offer, asking.order, asking.at
    snapshot = snapshot_of(asking)
    waits = bool(asking.plan.steps)
    line_id = session().scalar(
        sa.insert(RedemptionLine)
        .values(
            redemption_id=redemption_id,
            employee_id=asking.asker.id,
            reward_id=offer.reward_id,
            variant_id=offer.variant_id,
            quantity=order.quantity,
            unit_points=offer.points,
            amount_minor=offer.amount_minor,
            price_version_id=offer.price_version_id,
            state=LineState.PENDING_APPROVAL if waits else LineState.APPROVED,
            hold_id=hold_id,
            budget_id=asking.budget_id,
            budget_points=asking.points if asking.budget_id else 0,
            content_hash=content_hash(snapshot),
            snapshot=snapshot,
            decide_before=_decide_before(asking) if waits else None,
            changed_at=at,
        )
        .returning(RedemptionLine.id)
    )
    assert line_id is not None
    if order.address is not None and offer.kind in DELIVERED:
        session().execute(
            sa.insert(DeliveryAddress).values(line_id=line_id, **asdict(order.address))
        )
    return line_id


def _decide_before(asking: Asking) -> datetime:
    """When any answer comes too late: a day asked for is over, or the points are held no longer."""
    ends = (one + timedelta(days=1) for one in _days_asked_for(asking))
    latest = asking.at + DECIDE_AT_MOST
    return min([latest, *(datetime.combine(end, time(), tzinfo=UTC) for end in ends)])


def _days_asked_for(asking: Asking) -> list[date]:
    """The day on which a trip leaves, and each day entered: of a course, of time off."""
    trip = asking.offer.departure
    days = {one.name for one in asking.offer.details if one.kind is DetailKind.DATE}
    entered = [parse_date(one["value"]) for one in asking.answers if one["name"] in days]
    return [trip.starts_on, *entered] if trip else entered


def snapshot_of(asking: Asking) -> dict[str, Any]:
    """What was asked for, in the words of the day: what an approver sees and a voucher says."""
    offer, trip = asking.offer, asking.offer.departure
    return {
        "employee_id": asking.asker.id,
        "slug": offer.slug,
        "kind": str(offer.kind),
        "name": offer.name,
        "label": offer.choice,
        "sku": offer.sku,
        "brand": offer.brand,
        "tier": offer.tier_slug,
        "tier_name": offer.tier_name,
        "is_own": offer.is_own,
        "counted": asking.plan.counted,
        "quantity": asking.order.quantity,
        "unit_points": offer.points,
        "price_version_id": offer.price_version_id,
        "cash_minor": offer.cash_minor,
        "currency": offer.currency,
        "attributes": offer.attributes,
        "details": asking.answers,
        "lead_days": offer.lead_days,
        "next_steps": offer.next_steps,
        "approver_note": offer.approver_note,
        "terms": offer.terms,
        "art": offer.art,
        "photo": offer.photo,
        "departure": {
            "starts_on": trip.starts_on.isoformat(),
            "ends_on": trip.ends_on.isoformat(),
            "cutoff_on": trip.cutoff_on.isoformat(),
            "place": trip.place,
        }
        if trip
        else None,
    }


def _remember(asking: Asking, line_id: int, reference: str) -> None:
    at, asker = asking.at, asking.asker
    waits = bool(asking.plan.steps)
    session().execute(
        sa.insert(RedemptionEvent).values(
            line_id=line_id,
            seq=1,
            from_state=None,
            to_state=LineState.PENDING_APPROVAL if waits else LineState.APPROVED,
            actor_id=asker.id,
            note="",
            at=at,
        )
    )
    audit.record(
        asker.id, "redemption.submitted", f"redemption:{reference}", at=at, points=asking.points
    )
    enqueue("redemption.route", key=str(line_id), line_id=line_id)
    if not waits:
        enqueue("redemption.fulfill", key=str(line_id), line_id=line_id)


def _reserve_hot_rows(asking: Asking, line_id: int) -> None:
    offer, quantity, at = asking.offer, asking.order.quantity, asking.at
    _reserve_budget(asking, line_id)
    count_taken(offer, asking.asker.id, quantity, at=at)
    _refuse_second_place(asking, line_id)
    reserve_stock(offer.variant_id, quantity, at=at)


def _reserve_budget(asking: Asking, line_id: int) -> None:
    if asking.budget_id is None:
        return
    reference = budget_reference(line_id)
    try:
        reserve_budget(asking.budget_id, asking.points, reference=reference, at=asking.at)
    except BudgetExceeded as beyond:
        raise BeyondBudget(beyond.name) from beyond


def _refuse_own_by_now(actor: Actor, asking: Asking) -> None:
    """A unit that who asks added meanwhile is one they set up: the way found before is not it."""
    if asking.offer.is_own or not actor.may(Permission.CATALOG_MANAGE):
        return
    if offer(actor, asking.offer.variant_id, at=asking.at).is_own:
        raise SetUpMeanwhile


def _refuse_second_place(asking: Asking, line_id: int) -> None:
    """One person goes once. The wallet is locked by now, so a rival of the same person waited."""
    if asking.offer.departure is None:
        return
    going = sa.exists().where(
        RedemptionLine.id != line_id,
        RedemptionLine.employee_id == asking.asker.id,
        RedemptionLine.variant_id == asking.offer.variant_id,
        RedemptionLine.state.in_(RESERVED | SPENT),
    )
    if session().scalar(sa.select(going)):
        raise AlreadyGoing(asking.offer.name)
