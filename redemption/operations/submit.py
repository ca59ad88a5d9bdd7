"""Asking for rewards: one transaction that reserves everything or nothing.

One order or several, the way is the same. The order of its writes is the lock rank of the house:
request key, new rows, account and lots, budgets, member usage, and the stock of the variants last,
because everyone wants those rows; inside a rank by ascending id, whatever the order of the lines.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from catalog.details import answers_to, digest
from catalog.errors import DetailsChanged, PromiseChanged
from catalog.offers import Offer
from catalog.operations import confirm_offer, count_taken, reserve_stock
from catalog.queries import offer
from catalog.states import Kind
from catalog.trips.queries.terms import places_for, terms_for
from catalog.trips.states import TaxPayer
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.budgets.errors import BudgetExceeded
from marketplace.budgets.operations import reserve as reserve_budget
from marketplace.budgets.queries import budget_left
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.ledger.errors import InsufficientPoints
from marketplace.ledger.operations import hold_points
from marketplace.people.queries import Person, person
from redemption.approvals.operations.passing import give_steps
from redemption.approvals.queries.routing import Part, plans_of
from redemption.basket.operations import take_from_basket
from redemption.basket.policies import basket_obstacle
from redemption.bookings.queries import is_going
from redemption.funding import travel_budget
from redemption.gifts.operations import refuse_recipient
from redemption.gifts.policies import gift_obstacle
from redemption.gifts.refusals import NoGift
from redemption.journeys.operations.wishing import look_at_wish, write_journey
from redemption.operations.asking import Asking
from redemption.operations.writing import open_redemption, remember, write_line
from redemption.policies import (
    DELIVERED,
    Order,
    budget_reference,
)
from redemption.queries.lately import asked_lately
from redemption.refusals import (
    AddressMissing,
    AlreadyGoing,
    AskedMeanwhile,
    BeyondBudget,
    BudgetMoved,
    InvitedThere,
    LeftCompany,
    OnlyAlone,
    SetUpMeanwhile,
    TooManyPlaces,
    naming,
)
from redemption.travel.invitations.queries.standing import is_invited
from redemption.waiting.operations.taking import end_for_place, other_waits, own_wait, take_turn
from redemption.waiting.states import LIVE

HOLD_FOR = timedelta(days=90)  # well beyond every decision; the request itself ends much earlier


def submit_redemption(
    actor: Actor, first: Order, *more: Order, request_key: str, at: datetime
) -> str:
    """Reserve points, budget and units for every order or for none; the request's reference.

    Each order becomes a line, in this order. The same key always answers the same request. Raises,
    with nothing changed: NotEligible, NotOnSale, PriceChanged, SoldOut, LimitReached (catalog);
    InsufficientPoints (ledger); BadAmount, FixedAmount, WrongDetails, DetailsChanged (catalog);
    NoTermsYet, TermsChanged, WrongWish, NoCover (packages); TooManyPlaces, LeftCompany,
    AddressMissing, AskedMeanwhile, AlreadyGoing, InvitedThere, BeyondBudget, BudgetMoved,
    NobodyCanApprove, SetUpMeanwhile; of several orders also OnlyAlone and BasketChanged; of gifts
    NoGift and NotToThem. What is about one of several names it.
    """
    orders = (first, *more)
    answered = claim_key(actor.id, request_key, at=at, orders=[asdict(one) for one in orders])
    if answered is not None:
        return answered
    crashpoint("redemption.submit.claimed")
    asked = _look(actor, orders, at)
    redemption_id, reference = open_redemption(asked, request_key)
    asked = _held([replace(one, reference=_of_line(reference, one)) for one in asked])
    for one in asked:
        _refuse_unseen(one)
    take_from_basket(actor.id, orders)
    crashpoint("redemption.submit.held")
    asked = [replace(one, line_id=write_line(one, redemption_id)) for one in _routed(asked)]
    for one in asked:
        if one.wished is not None:
            write_journey(one.line_id, actor, one.wished, at=at)
        give_steps(one.line_id, actor.id, one.plan, at=at)
        remember(one)
    answer_key(actor.id, request_key, reference)
    crashpoint("redemption.submit.written")
    _reserve_hot_rows(asked)
    for one in asked:
        _refuse_own_by_now(actor, one)
    crashpoint("redemption.submit.reserved")
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
        at=order.continues.priced_at if order.continues else at,
    )
    if offer.kind in DELIVERED and order.address is None and order.gift is None:
        raise AddressMissing
    if order.seen_details != digest(offer.details):
        raise DetailsChanged
    if order.seen_promise != offer.promise:
        raise PromiseChanged(offer.promise_words, offer.mind_words)
    _refuse_crowd(offer, order.quantity)
    recipient = _recipient(actor, offer, order, at)
    offer, wished = look_at_wish(actor, offer, order, at=at)
    answers = answers_to(offer.details, order.details, today=at.date())
    budget = travel_budget(asker.department_id, offer.kind, at=at)
    wait = own_wait(actor.id, offer.variant_id, at=at)
    budget_id = budget.budget_id if budget else None
    known = {"wait": wait, "recipient": recipient, "wished": wished, "tax_paid_by": _tax(offer)}
    return Asking(asker, offer, order, budget_id, answers, at, **known)


def _tax(offer: Offer) -> TaxPayer | None:
    """Who pays the tax on a place of a group trip; later terms change that for nobody who asked."""
    return terms_for(offer).tax_paid_by if offer.kind is Kind.GROUP_TRIP else None


def _refuse_crowd(offer: Offer, places: int) -> None:
    """One person brings as many guests on a departure as the terms of the trip allow."""
    if offer.departure is not None and places > 1 and places > (most := places_for(offer)):
        raise TooManyPlaces(most)


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


def _reserve_hot_rows(asked: Sequence[Asking]) -> None:
    """Rank by rank, each in the order of its rows: two requests never wait for each other."""
    for one in asked:
        with _naming(one):
            _reserve_budget(one)
    for one in sorted(asked, key=lambda one: one.offer.reward_id):
        with _naming(one):
            count_taken(one.offer, one.asker.id, one.counted, at=one.at)
    for one in asked:
        with _naming(one):
            _refuse_second_place(one)
    for one in in_lock_order(asked):
        with _naming(one):
            _reserve_departures(one)


def _reserve_departures(one: Asking) -> None:
    """Who takes a place on a trip waits for its other departures no longer, row by row by id."""
    others = other_waits(one.asker.id, one.offer, one.wait)
    for wait in others:
        if wait.variant_id <= one.offer.variant_id:
            end_for_place(wait, at=one.at)
    _reserve_stock(one)
    for wait in others:
        if wait.variant_id > one.offer.variant_id:
            end_for_place(wait, at=one.at)


def _reserve_stock(one: Asking) -> None:
    """Units that are kept for who waited, or of those that are left."""
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
    if is_going(asking.asker.id, asking.offer, at=asking.at, but=asking.line_id):
        raise AlreadyGoing(asking.offer.name)
    if is_invited(asking.asker.id, asking.offer.reward_id):
        raise InvitedThere(asking.offer.name)
