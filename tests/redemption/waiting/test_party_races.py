"""Two hundred people and forty places: all at once, parties of one to three, both rules.

Everybody asks, and waits where too few are left. Then half of those who have places give them back
while workers offer strictly in order and others come by; then those whose turn it is take theirs,
some of them fewer, while smaller parties may go ahead.
"""

from collections import Counter
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from catalog.errors import SoldOut
from catalog.models import VariantStock
from catalog.offers import Offer
from catalog.operations import stock
from catalog.trips.states import LineRule
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction, with_retries
from marketplace.kernel.errors import DomainError
from marketplace.ledger.check import ledger_violations
from marketplace.people.queries import actor_of
from redemption.models import RedemptionLine
from redemption.operations.ending import cancel_redemption
from redemption.operations.submit import submit_redemption
from redemption.states import RESERVED
from redemption.waiting.errors import OneIsLeft
from redemption.waiting.models import Wait
from redemption.waiting.operations import turns as turning
from redemption.waiting.operations.joining import join_line
from redemption.waiting.operations.turns import offer_next
from redemption.waiting.queries.due import Next
from redemption.waiting.states import LIVE, WaitState
from tests.support.ledger import give_points
from tests.support.people import employ
from tests.support.racing import all_at_once, in_turn
from tests.support.redemption import (
    ask_for,
    cancel,
    furnish,
    new_key,
    open_rewards_budget,
    order_for,
)
from tests.support.trips import later_departure, stock_group_trip, with_terms
from tests.support.waiting import deliver, join, line_stock, somebody, turns, wait_of

pytestmark = pytest.mark.race
PLACES, WALKERS, HANDS = 40, 16, 16
CROWDS = [80, pytest.param(200, marks=pytest.mark.soak)]


@pytest.fixture
def trip(at, queue) -> Offer:
    furnish(points=0)
    open_rewards_budget(50_000_000)
    lisbon = stock_group_trip(points=1_000, capacity=PLACES)
    with_terms(lisbon, guests_most=2)
    return lisbon


def crowd(name: str, count: int) -> list[Actor]:
    with transaction():
        ids = [employ(f"{name} {number:03}") for number in range(count)]
        for employee_id in ids:
            give_points(employee_id, 5_000)
        return [actor_of(employee_id) for employee_id in ids]


def party(number: int) -> int:
    return number % 3 + 1


def by_many_hands(app, count: int, act: Callable[[int], str]) -> list[str]:
    """`act(number)` for each number, in sixteen threads that start together; what each said."""
    session().close()

    def said(number: int) -> str:
        try:
            return with_retries(lambda: act(number))
        except DomainError as refusal:
            return refusal.code

    def hand(first: int) -> list[str]:
        return [said(number) for number in range(first, count, HANDS)]

    hands = all_at_once(app, HANDS, hand, patience=300)
    assert all(isinstance(one, list) for one in hands), hands
    return [hands[number % HANDS][number // HANDS] for number in range(count)]


def asking(trip: Offer, who: Actor, places: int) -> str:
    order, key = order_for(trip, quantity=places), new_key()
    with transaction():
        return submit_redemption(who, order, request_key=key, at=clock.now())


def coming(trip: Offer, who: Actor, places: int) -> str:
    """Ask, and wait where too few are left; whoever finds enough again asks again."""
    while True:
        try:
            return asking(trip, who, places)
        except SoldOut:
            pass
        try:
            with transaction():
                key, at = new_key(), clock.now()
                join_line(who, trip.variant_id, units=places, request_key=key, at=at)
        except OneIsLeft:
            continue
        return "waits"


def working(trip: Offer) -> str:
    is_more = True
    while is_more:
        with transaction():
            is_more = offer_next(trip.variant_id, at=clock.now())
    return "worked"


def explained(trip: Offer, people: list[Actor]) -> None:
    """Each unit belongs to somebody, and nobody has two places in line, or one and a place."""
    session().close()
    live = RedemptionLine.variant_id == trip.variant_id, RedemptionLine.state.in_(RESERVED)
    places = session().execute(
        sa.select(RedemptionLine.employee_id, RedemptionLine.quantity).where(*live)
    )
    waits = session().execute(
        sa.select(Wait.employee_id, Wait.units, Wait.state).where(
            Wait.variant_id == trip.variant_id, Wait.state.in_(LIVE)
        )
    )
    going, waiting = places.all(), waits.all()
    kept = sum(one.units for one in waiting if one.state is WaitState.OFFERED)
    assert sum(one.quantity for one in going) + kept == line_stock(trip)[0] <= PLACES
    assert max(Counter(one.employee_id for one in (*going, *waiting)).values()) == 1
    assert {one.employee_id for one in (*going, *waiting)} <= {who.id for who in people}
    assert ledger_violations() == []
    session().close()


@pytest.mark.parametrize("count", CROWDS)
def test_many_people_and_forty_places(app, trip, count):
    people, walkers = crowd("Traveler", count), crowd("Walker", WALKERS)
    first = by_many_hands(app, count, lambda n: coming(trip, people[n], party(n)))
    references = {n: said for n, said in enumerate(first) if said.startswith("R-")}
    assert Counter(first)["waits"] == count - len(references)
    explained(trip, people)

    holders = sorted(references)
    leaving = holders[::2]

    def at_once(number: int) -> str:
        if number < len(leaving):
            who, reference = people[leaving[number]], references[leaving[number]]
            with transaction():
                return cancel_redemption(who, reference, request_key=new_key(), at=clock.now())
        if number < len(leaving) + WALKERS:
            return asking(trip, walkers[number - len(leaving)], 1)
        return working(trip)

    second = by_many_hands(app, len(leaving) + WALKERS + 4, at_once)
    assert Counter(second[len(leaving) :]) == {"sold_out": WALKERS, "worked": 4}
    turns()
    explained(trip, people)

    with_terms(trip, line_rule=LineRule.SKIP_TO_FIT)
    turns()
    offered = [n for n, who in enumerate(people) if is_turn(trip, who)]
    assert offered

    def taking(number: int) -> str:
        if number < len(offered):
            n = offered[number]
            return asking(trip, people[n], party(n) if n % 2 else 1)
        return working(trip)

    third = by_many_hands(app, len(offered) + 4, taking)
    assert all(said.startswith("R-") for said in third[: len(offered)])
    explained(trip, people)


def is_turn(trip: Offer, who: Actor) -> bool:
    mine = Wait.employee_id == who.id, Wait.variant_id == trip.variant_id
    turn = sa.exists().where(*mine, Wait.state == WaitState.OFFERED)
    return bool(session().scalar(sa.select(turn)))


def test_control_without_counting_who_waits_somebody_comes_first(app, trip, monkeypatch):
    """Two of forty places come back, and the party of three that waits in front gets none."""
    at_hand = VariantStock.capacity - VariantStock.reserved - VariantStock.sold
    monkeypatch.setattr(stock, "_RESERVE", stock._reserving(at_hand))
    deliver(trip, -38)
    walkers = crowd("Walker", 2)
    join(somebody("Ben Osei"), trip, 3)
    session().close()
    answers = in_turn(app, 2, lambda n: asking(trip, walkers[n], 1))
    assert all(answer.startswith("R-") for answer in answers)


def test_control_without_the_guard_of_units_more_is_kept_than_there_is(trip, monkeypatch):
    deliver(trip, -38)
    join(somebody("Ben Osei"), trip, 3)
    monkeypatch.setattr(turning, "keep_awaited", lambda _variant_id, _units: True)
    turns()
    assert {found.id for found in ledger_violations()} >= {"I26", "I26-awaited"}


def test_control_without_the_second_look_somebody_in_front_is_passed_over(trip, monkeypatch):
    """Cleo is found next; then Ben makes his party smaller, and the places are his."""
    with_terms(trip, line_rule=LineRule.SKIP_TO_FIT)
    deliver(trip, -40)
    ben, cleo = somebody("Ben Osei"), somebody("Cleo Marsh")
    join(ben, trip, 1)
    join(cleo, trip, 1)
    deliver(trip, 1)
    stale = Next(wait_of(cleo, trip).id, 1)
    monkeypatch.setattr(turning, "next_in_line", lambda _variant_id, *, kept=0: stale)
    with transaction():
        offer_next(trip.variant_id, at=clock.now())
    assert {found.id for found in ledger_violations()} == {"I26-turns"}


@pytest.mark.parametrize("attempt", range(3))
def test_who_takes_a_place_while_joining_another_line_has_one_of_the_two(app, trip, attempt):
    """Ben asks for May and gets in line for June at the same moment."""
    june = later_departure(trip, points=1_000, capacity=0)
    ben = somebody("Ben Osei")
    session().close()

    def act(number: int) -> str:
        if number:
            return asking(trip, ben, 2)
        with transaction():
            key, at = new_key(), clock.now()
            join_line(ben, june.variant_id, units=2, request_key=key, at=at)
        return "waits"

    joined, asked = all_at_once(app, 2, act)
    assert isinstance(asked, str)
    if joined == "waits":
        assert wait_of(ben, june).state is WaitState.ENDED
    assert line_stock(june) == (0, 0, 0)
    assert ledger_violations() == []


def test_control_without_ending_other_waits_ben_waits_although_he_goes(trip, monkeypatch):
    june = later_departure(trip, points=1_000, capacity=0)
    ben = somebody("Ben Osei")
    join(ben, june)
    monkeypatch.setattr("redemption.operations.submit.other_waits", lambda *_who: [])
    cancel(ben, ask_for(ben, trip))
    assert ledger_violations(["I26-places"]) == []
    ask_for(ben, trip)
    assert {found.id for found in ledger_violations()} == {"I26-places"}
