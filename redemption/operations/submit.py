"""Asking for rewards: one transaction that reserves everything or nothing.

One order or several, the way is the same. The order of its writes is the lock rank of the house:
request key, new rows, account and lots, budgets, member usage, and the stock of the variants last,
because everyone wants those rows; inside a rank by ascending id, whatever the order of the lines.
"""

import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
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
from marketplace.budgets.queries import budget_left
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.parsing import parse_date
from marketplace.ledger.errors import InsufficientPoints
from marketplace.ledger.operations import hold_points
from marketplace.people.queries import Person, person
from redemption.approvals.operations.passing import give_steps
from redemption.approvals.policies import NOBODY, Plan
from redemption.approvals.queries.routing import Part, plans_of
from redemption.basket.operations import take_from_basket
from redemption.basket.policies import basket_obstacle
from redemption.funding import travel_budget
from redemption.gifts.operations import refuse_recipient, write_gift
from redemption.gifts.policies import gift_obstacle
from redemption.gifts.refusals import NoGift
from redemption.models import DeliveryAddress, Redemption, RedemptionEvent, RedemptionLine
from redemption.policies import (
    DELIVERED,
    Order,
    budget_reference,
    content_hash,
)
from redemption.queries.lately import asked_lately
from redemption.refusals import (
    AddressMissing,
    AlreadyGoing,
    AskedMeanwhile,
    BeyondBudget,
    BudgetMoved,
    LeftCompany,
    OnlyAlone,
    SetUpMeanwhile,
    naming,
)
from redemption.states import RESERVED, SPENT, LineState
from redemption.waiting.models import Wait
from redemption.waiting.operations.taking import own_wait, take_turn
from redemption.waiting.states import LIVE

_SYMBOLS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is mistaken for another
_REFERENCE_LENGTH = 6
HOLD_FOR = timedelta(days=90)  # well beyond every decision; the request itself ends much earlier
DECIDE_AT_MOST = timedelta(days=60)  # however many are asked, and whatever their holidays


@dataclass(frozen=True, slots=True)
class Asking:
    """Everything known about one line; `plan` once the wallet is locked, ids once it is written."""

    asker: Person
    offer: Offer
    order: Order
    budget_id: int | None
    answers: list[dict[str, str]]
    at: datetime
    position: int = 1
    among: int = 1  # lines of the request
    reference: str = ""
    hold_id: int = 0
    line_id: int = 0
    plan: Plan = NOBODY
    wait: Wait | None = None  # in line for it, locked
    recipient: str = ""  # the name of the colleague it is given to

    @property
    def points(self) -> int:
        return self.offer.points * self.order.quantity

    @property
    def recipient_id(self) -> int | None:
        return self.order.gift.recipient_id if self.order.gift else None


def submit_redemption(
    actor: Actor, first: Order, *more: Order, request_key: str, at: datetime
) -> str:
    """Reserve points, budget and units for every order or for none; the request's reference.

    Each order becomes a line, in this order. The same key always answers the same request. Raises,
    with nothing changed: NotEligible, NotOnSale, PriceChanged, SoldOut, LimitReached (catalog);
    InsufficientPoints (ledger); BadAmount, FixedAmount, WrongDetails, DetailsChanged (catalog);
    LeftCompany, AddressMissing, AskedMeanwhile, AlreadyGoing, BeyondBudget, BudgetMoved,
    NobodyCanApprove, SetUpMeanwhile; of several orders also OnlyAlone and BasketChanged; of gifts
    NoGift and NotToThem. What is about one of several names it.
    """
    orders = (first, *more)
    answered = claim_key(actor.id, request_key, at=at, orders=[asdict(one) for one in orders])
    if answered is not None:
        return answered
    crashpoint("redemption.submit.claimed")
    asked = _look(actor, orders, at)
    redemption_id, reference = _open_redemption(asked, request_key)
    asked = _held([replace(one, reference=_of_line(reference, one)) for one in asked])
    for one in asked:
        _refuse_unseen(one)
    take_from_basket(actor.id, orders)
    crashpoint("redemption.submit.held")
    asked = [replace(one, line_id=_write_line(one, redemption_id)) for one in _routed(asked)]
    for one in asked:
        give_steps(one.line_id, actor.id, one.plan, at=at)
        _remember(one)
    crashpoint("redemption.submit.written")
    _reserve_hot_rows(asked)
    for one in asked:
        _refuse_own_by_now(actor, one)
    crashpoint("redemption.submit.reserved")
    answer_key(actor.id, request_key, reference)
    return reference


def _look(actor: Actor, orders: Sequence[Order], at: datetime) -> list[Asking]:
    asker = person(actor.id)
    if not asker.is_active:
        raise LeftCompany(asker.name)
    asked: list[Asking] = []
    for position, order in enumerate(orders, start=1):
        with naming(order.name or f"Number {position}", among=len(orders)):
            one = _look_at(actor, asker, order, at)
            if len(orders) > 1 and (alone := basket_obstacle(one.offer)):
                raise OnlyAlone(alone)
        asked.append(replace(one, position=position, among=len(orders)))
    return asked


def _look_at(actor: Actor, asker: Person, order: Order, at: datetime) -> Asking:
    offer = confirm_offer(
        actor,
        order.variant_id,
        seen_points=order.expected_points,
        amount_minor=order.amount_minor,
        at=at,
    )
    if offer.kind in DELIVERED and order.address is None and order.gift is None:
        raise AddressMissing
    if order.seen_details != digest(offer.details):
        raise DetailsChanged
    if order.seen_promise != offer.promise:
        raise PromiseChanged(offer.promise_words, offer.mind_words)
    recipient = _recipient(actor, offer, order, at)
    answers = answers_to(offer.details, order.details, today=at.date())
    budget = travel_budget(asker.department_id, offer.kind, at=at)
    wait = own_wait(actor.id, offer.variant_id, at=at)
    budget_id = budget.budget_id if budget else None
    return Asking(asker, offer, order, budget_id, answers, at, wait=wait, recipient=recipient)


def _recipient(actor: Actor, offer: Offer, order: Order, at: datetime) -> str:
    """The name of the colleague it is given to; empty where it is for who asks."""
    if order.gift is None:
        return ""
    if for_oneself := gift_obstacle(offer):
        raise NoGift(for_oneself)
    return refuse_recipient(actor, order.gift.recipient_id, offer.variant_id, at=at)


def _of_line(reference: str, one: Asking) -> str:
    """What a line is called: as its request where it is alone there."""
    return reference if one.among == 1 else f"{reference}-{one.position}"


def _held(asked: Sequence[Asking]) -> list[Asking]:
    """With the points set aside, line by line; a refusal says what all of them need."""
    total, held = sum(one.points for one in asked), []
    for one in asked:
        try:
            hold_id = _hold(one)
        except InsufficientPoints as short:
            available = short.available + sum(before.points for before in held)
            raise InsufficientPoints(needed=total, available=available) from short
        held.append(replace(one, hold_id=hold_id))
    return held


def _hold(one: Asking) -> int:
    return hold_points(
        one.asker.id,
        one.points,
        reference=f"redemption:{one.reference}",
        expires_at=one.at + HOLD_FOR,
        actor_id=one.asker.id,
        at=one.at,
    )


def _refuse_unseen(one: Asking) -> None:
    """What the same person asked for since the page was opened is known once the wallet is theirs.

    Raises AskedMeanwhile.
    """
    if one.order.seen_before is None:
        return
    lately = asked_lately(one.asker.id, one.offer.reward_id, at=one.at)
    if lately and lately != one.order.seen_before:
        raise AskedMeanwhile(one.offer.name, lately)


def _routed(asked: Sequence[Asking]) -> list[Asking]:
    """With who has to say yes; what the same person asked for a moment ago is known by now."""
    first = asked[0]
    parts = [Part(one.offer, one.order.quantity, one.recipient_id) for one in asked]
    plans = plans_of(first.asker, parts, at=first.at)
    return [replace(one, plan=plan) for one, plan in zip(asked, plans, strict=True)]


def _open_redemption(asked: Sequence[Asking], request_key: str) -> tuple[int, str]:
    """The request's own row. Its reference comes from the key, so a repeat would find the same."""
    asker, total = asked[0].asker, sum(one.points for one in asked)
    for attempt in range(20):
        reference = _reference(f"{asker.id}:{request_key}:{attempt}")
        opened = session().scalar(
            insert_or_skip(Redemption)
            .values(
                employee_id=asker.id,
                reference=reference,
                request_key=request_key,
                total_points=total,
                submitted_at=asked[0].at,
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


def _write_line(asking: Asking, redemption_id: int) -> int:
    offer, order, at = asking.offer, asking.order, asking.at
    snapshot = snapshot_of(asking)
    waits = bool(asking.plan.steps)
    line_id = session().scalar(
        sa.insert(RedemptionLine)
        .values(
            redemption_id=redemption_id,
            position=asking.position,
            reference=asking.reference,
            employee_id=asking.asker.id,
            recipient_id=asking.recipient_id,
            reward_id=offer.reward_id,
            variant_id=offer.variant_id,
            quantity=order.quantity,
            unit_points=offer.points,
            amount_minor=offer.amount_minor,
            price_version_id=offer.price_version_id,
            state=LineState.PENDING_APPROVAL if waits else LineState.APPROVED,
            hold_id=asking.hold_id,
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
    if order.gift is not None:
        write_gift(line_id, asking.asker.id, order.gift.recipient_id, order.gift.message)
    elif order.address is not None and offer.kind in DELIVERED:
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
        "needs_rest": asking.plan.needs_rest,
        "gift_to": asking.recipient,
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
        "return_terms": offer.return_terms.as_facts(),
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


def _remember(asking: Asking) -> None:
    at, asker, line_id = asking.at, asking.asker, asking.line_id
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
    subject = f"redemption:{asking.reference}"
    audit.record(asker.id, "redemption.submitted", subject, at=at, points=asking.points)
    enqueue("redemption.route", key=str(line_id), line_id=line_id)
    if not waits:
        enqueue("redemption.fulfill", key=str(line_id), line_id=line_id)


def _reserve_hot_rows(asked: Sequence[Asking]) -> None:
    """Rank by rank, each in the order of its rows: two requests never wait for each other."""
    for one in asked:
        with _naming(one):
            _reserve_budget(one)
    for one in sorted(asked, key=lambda one: one.offer.reward_id):
        with _naming(one):
            count_taken(one.offer, one.asker.id, one.order.quantity, at=one.at)
    for one in asked:
        with _naming(one):
            _refuse_second_place(one)
    for one in in_lock_order(asked):
        with _naming(one):
            _reserve_stock(one)


def _reserve_stock(one: Asking) -> None:
    """A unit that is kept for who waited, or one of those that are left."""
    if one.wait is not None and one.wait.state in LIVE:
        take_turn(one.wait, one.order.quantity, one.line_id, at=one.at)
    else:
        reserve_stock(one.offer.variant_id, one.order.quantity, at=one.at)


def in_lock_order(asked: Sequence[Asking]) -> list[Asking]:
    """The lines by the variant whose stock they take."""
    return sorted(asked, key=lambda one: one.offer.variant_id)


def _naming(one: Asking) -> AbstractContextManager[None]:
    return naming(one.offer.name, among=one.among)


def _reserve_budget(asking: Asking) -> None:
    if asking.budget_id is None:
        return
    reference = budget_reference(asking.line_id)
    try:
        reserve_budget(asking.budget_id, asking.points, reference=reference, at=asking.at)
    except BudgetExceeded as beyond:
        raise BeyondBudget(beyond.name) from beyond
    _refuse_moved_budget(asking, asking.budget_id)


def _refuse_moved_budget(asking: Asking, budget_id: int) -> None:
    """What a policy saw left of the budget was read before its row was ours alone."""
    seen = asking.plan.budget_left
    if seen is None:
        return
    left = budget_left(budget_id).left + asking.points
    if left != seen:
        raise BudgetMoved(left)


def _refuse_own_by_now(actor: Actor, asking: Asking) -> None:
    """A unit that who asks added meanwhile is one they set up: the way found before is not it."""
    if asking.offer.is_own or not actor.may(Permission.CATALOG_MANAGE):
        return
    if offer(actor, asking.offer.variant_id, at=asking.at).is_own:
        raise SetUpMeanwhile


def _refuse_second_place(asking: Asking) -> None:
    """One person goes once. The wallet is locked by now, so a rival of the same person waited."""
    if asking.offer.departure is None:
        return
    going = sa.exists().where(
        RedemptionLine.id != asking.line_id,
        RedemptionLine.employee_id == asking.asker.id,
        RedemptionLine.variant_id == asking.offer.variant_id,
        RedemptionLine.state.in_(RESERVED | SPENT),
    )
    if session().scalar(sa.select(going)):
        raise AlreadyGoing(asking.offer.name)
