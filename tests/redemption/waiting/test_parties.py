"""Waiting for a trip with guests: whole parties, two rules, one place for each person."""

from datetime import date

import pytest
import sqlalchemy as sa

from catalog.errors import NotOnSale, SoldOut
from catalog.offers import DepartureDates
from catalog.trips.states import LineRule
from marketplace.kernel.db import session
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from redemption.refusals import TooManyPlaces
from redemption.states import LineState
from redemption.waiting.errors import (
    CannotWait,
    ItIsYourTurn,
    NoLongerWaiting,
    OneIsLeft,
    PartyTooLarge,
)
from redemption.waiting.jobs import tidy
from redemption.waiting.operations.joining import LARGER, SAME, SMALLER
from redemption.waiting.queries.standing import standing_in_line
from redemption.waiting.states import WaitState
from tests.support.catalog import stock_gift_card, stock_lisbon_trip
from tests.support.ledger import give_points
from tests.support.redemption import ask_for, cancel, line_of, points_now, subjects_to
from tests.support.trips import later_departure, stock_group_trip, with_terms
from tests.support.waiting import (
    change,
    deliver,
    join,
    leave,
    left_for,
    line_stock,
    moves_of,
    somebody,
    turns,
    wait_of,
)

W = WaitState


def states(outing, *people):
    return [wait_of(who, outing.trip).state for who in people]


def letter_to(who, subject):
    """The words of the one letter to somebody whose subject begins so, in one line."""
    session().close()
    found = sa.select(Letter.text).where(
        Letter.employee_id == who.id, Letter.subject.startswith(subject)
    )
    return " ".join(session().scalars(found).one().split())


@pytest.fixture
def waiting(outing):
    """Ben waits for three places, Cleo for two, Dara for one."""
    for who, places in ((outing.ben, 3), (outing.cleo, 2), (outing.dara, 1)):
        join(who, outing.trip, places)
    return outing


def test_ben_waits_for_himself_and_two_guests(outing):
    join(outing.ben, outing.trip, 3)
    assert line_stock(outing.trip) == (4, 0, 3)
    assert points_now(outing.ben).held == 0
    standing = standing_in_line(outing.ben, outing.trip.variant_id)
    assert (standing.place, standing.units, standing.units_in_line) == (1, 3, 3)
    assert ledger_violations() == []


def test_nobody_waits_for_more_guests_than_the_trip_allows(outing):
    with pytest.raises(PartyTooLarge, match="4 places at most, yours included"):
        join(outing.ben, outing.trip, 5)
    with_terms(outing.trip, guests_most=0)
    with pytest.raises(PartyTooLarge, match="nobody comes along"):
        join(outing.ben, outing.trip, 2)
    assert line_stock(outing.trip)[2] == 0


def test_what_is_no_group_trip_is_waited_for_by_one(outing):
    weekend = stock_lisbon_trip(points=10_000, capacity=0)
    with pytest.raises(PartyTooLarge, match="nobody comes along"):
        join(outing.ben, weekend, 2)
    join(outing.ben, weekend)
    assert line_stock(weekend) == (0, 0, 1)
    assert ledger_violations() == []


def test_the_line_is_for_those_who_have_the_points_for_all_their_places(outing):
    cleo = somebody("Cleo Two", points=25_000)
    with pytest.raises(CannotWait, match=r"5,000 points to go"):
        join(cleo, outing.trip, 3)
    join(cleo, outing.trip, 2)


def test_one_place_that_is_left_is_not_enough_for_two(outing):
    deliver(outing.trip, 1)
    with pytest.raises(OneIsLeft, match="There is one again"):
        join(outing.ben, outing.trip, 1)
    join(outing.ben, outing.trip, 2)
    assert left_for(outing.cleo, outing.trip) == 0
    deliver(outing.trip, 3)
    with pytest.raises(OneIsLeft, match="There are 2 again"):
        join(outing.cleo, outing.trip, 2)


def test_strictly_in_order_nobody_is_passed_over(waiting):
    deliver(waiting.trip, 2)
    assert turns() == 0
    assert states(waiting, waiting.ben, waiting.cleo, waiting.dara) == [W.WAITING] * 3
    assert left_for(waiting.house.priya, waiting.trip) == 0
    deliver(waiting.trip, 1)
    assert turns() == 1
    assert states(waiting, waiting.ben, waiting.cleo) == [W.OFFERED, W.WAITING]
    assert line_stock(waiting.trip) == (7, 0, 3)
    assert ledger_violations() == []


def test_where_smaller_parties_may_go_ahead_the_first_that_fits_does(waiting):
    with_terms(waiting.trip, line_rule=LineRule.SKIP_TO_FIT)
    deliver(waiting.trip, 2)
    assert turns() == 1
    assert states(waiting, waiting.ben, waiting.cleo, waiting.dara) == [
        *(W.WAITING, W.OFFERED, W.WAITING)
    ]
    deliver(waiting.trip, 4)
    assert turns() == 2
    assert states(waiting, waiting.ben, waiting.dara) == [W.OFFERED, W.OFFERED]
    assert ledger_violations() == []


def test_what_is_kept_or_comes_back_is_never_left_for_who_comes_by(waiting):
    cancel(waiting.liam, waiting.taken)
    eve = somebody("Eve Lund")
    for _again in range(2):
        assert left_for(eve, waiting.trip) == 0
        with pytest.raises(SoldOut):
            ask_for(eve, waiting.trip)
        turns()
    assert line_stock(waiting.trip) == (3, 0, 3)


def test_at_his_turn_ben_takes_all_that_is_kept(waiting, queue):
    cancel(waiting.liam, waiting.taken)
    turns()
    queue.run_due()
    assert subjects_to(waiting.ben) == ["It is your turn: Lisbon together, 13 to 16 May 2027"]
    reference = ask_for(waiting.ben, waiting.trip, quantity=3)
    wait = wait_of(waiting.ben, waiting.trip)
    assert (wait.state, wait.line_id) == (W.TAKEN, line_of(reference).id)
    assert line_stock(waiting.trip) == (3, 0, 3)
    assert points_now(waiting.ben).held == 30_000
    assert ledger_violations() == []


def test_letters_say_for_whom_the_places_are_and_what_they_cost(waiting, queue):
    cancel(waiting.liam, waiting.taken)
    turns()
    queue.run_due()
    letter = letter_to(waiting.ben, "It is your turn")
    assert "There are 3 places on Lisbon together, 13 to 16 May 2027 again" in letter
    assert "for you and 2 guests, kept until 23 Nov 2026, 17:00 UTC" in letter
    assert "Together they cost 30,000 points now" in letter
    assert "You may take fewer." in letter


def test_a_letter_about_missing_points_counts_the_whole_party(waiting, queue):
    ask_for(waiting.ben, stock_gift_card(points=25_000, name="A large card"))
    cancel(waiting.liam, waiting.taken)
    turns()
    queue.run_due()
    letter = letter_to(waiting.ben, "Short of points")
    assert "5,000 points are missing: together that costs 30,000 points" in letter
    assert "With fewer guests it costs less" in letter


def test_a_letter_about_a_turn_that_is_over_says_how_many_places_went_on(waiting, queue, time):
    cancel(waiting.liam, waiting.taken)
    turns()
    time.forward(hours=9)
    turns()
    queue.run_due()
    letter = letter_to(waiting.ben, "Your turn is over")
    assert "3 places on Lisbon together, 13 to 16 May 2027 were kept for you until" in letter
    assert "If you still want to go, you can get in line again." in letter


def test_places_he_leaves_are_for_the_next_in_line(waiting):
    cancel(waiting.liam, waiting.taken)
    turns()
    ask_for(waiting.ben, waiting.trip, quantity=1)
    assert line_stock(waiting.trip) == (1, 0, 3)
    assert turns() == 2
    assert states(waiting, waiting.cleo, waiting.dara) == [W.OFFERED, W.OFFERED]
    assert ledger_violations() == []


def test_more_than_is_kept_is_there_as_for_everybody_or_not_at_all(waiting):
    deliver(waiting.trip, 3)
    turns()
    with pytest.raises(SoldOut):
        ask_for(waiting.ben, waiting.trip, quantity=4)
    assert states(waiting, waiting.ben) == [W.OFFERED]
    deliver(waiting.trip, 4)  # three for those who wait, and one for whoever comes
    ask_for(waiting.ben, waiting.trip, quantity=4)
    assert line_stock(waiting.trip) == (8, 0, 3)
    assert ledger_violations() == []


def test_nobody_asks_for_more_places_than_the_trip_allows(outing):
    with pytest.raises(TooManyPlaces, match="for 4 places at most"):
        ask_for(outing.ben, outing.trip, quantity=5)
    with pytest.raises(TooManyPlaces, match="for yourself alone"):
        ask_for(outing.ben, stock_lisbon_trip(points=100), quantity=2)


def test_who_took_it_and_cancels_is_not_asked_again(waiting):
    cancel(waiting.liam, waiting.taken)
    turns()
    cancel(waiting.ben, ask_for(waiting.ben, waiting.trip, quantity=3))
    assert turns() == 2
    assert states(waiting, waiting.ben, waiting.cleo, waiting.dara) == [
        *(W.TAKEN, W.OFFERED, W.OFFERED)
    ]
    assert ledger_violations() == []


def test_a_turn_that_is_over_or_passed_on_gives_all_of_it_to_the_next(waiting, time):
    deliver(waiting.trip, 3)
    turns()
    time.forward(hours=9)
    assert turns() == 2
    assert states(waiting, waiting.ben, waiting.cleo, waiting.dara) == [
        *(W.MISSED, W.OFFERED, W.OFFERED)
    ]
    assert leave(waiting.cleo, wait_of(waiting.cleo, waiting.trip).id) is W.PASSED_ON
    assert line_stock(waiting.trip) == (5, 0, 0)
    assert ledger_violations() == []


def test_who_is_short_for_the_whole_party_pauses_and_comes_back(waiting):
    ask_for(waiting.ben, stock_gift_card(points=25_000, name="A large card"))
    cancel(waiting.liam, waiting.taken)
    turns()
    assert states(waiting, waiting.ben, waiting.cleo, waiting.dara) == [
        *(W.PAUSED, W.OFFERED, W.OFFERED)
    ]
    assert line_stock(waiting.trip) == (3, 0, 0)
    give_points(waiting.ben.id, 4_000)
    deliver(waiting.trip, 2)
    turns()
    assert states(waiting, waiting.ben) == [W.PAUSED]
    give_points(waiting.ben.id, 1_000)
    turns()
    assert moves_of(waiting.ben, waiting.trip) == [W.WAITING, W.PAUSED, W.WAITING, W.OFFERED]
    assert ledger_violations() == []


def test_with_fewer_guests_he_can_pay_for_them_again(waiting):
    ask_for(waiting.ben, stock_gift_card(points=25_000, name="A large card"))
    cancel(waiting.liam, waiting.taken)
    turns()
    change(waiting.ben, wait_of(waiting.ben, waiting.trip).id, 2)
    assert states(waiting, waiting.ben) == [W.PAUSED]
    deliver(waiting.trip, 1)
    turns()
    assert states(waiting, waiting.ben) == [W.OFFERED]
    assert ledger_violations() == []


def test_a_smaller_party_keeps_its_place(waiting):
    wait_id = wait_of(waiting.ben, waiting.trip).id
    assert change(waiting.ben, wait_id, 1) == SMALLER
    assert line_stock(waiting.trip)[2] == 4
    assert change(waiting.ben, wait_id, 1) == SAME
    assert standing_in_line(waiting.ben, waiting.trip.variant_id).place == 1
    deliver(waiting.trip, 1)
    turns()
    assert states(waiting, waiting.ben) == [W.OFFERED]
    assert moves_of(waiting.ben, waiting.trip) == [W.WAITING, W.WAITING, W.OFFERED]
    assert ledger_violations() == []


def test_a_larger_party_goes_to_the_end(waiting):
    wait_id = wait_of(waiting.ben, waiting.trip).id
    assert change(waiting.ben, wait_id, 4) == LARGER
    standing = standing_in_line(waiting.ben, waiting.trip.variant_id)
    assert (standing.place, standing.units, line_stock(waiting.trip)[2]) == (3, 4, 7)
    with pytest.raises(NoLongerWaiting):
        change(waiting.ben, wait_id, 2)
    assert ledger_violations() == []


def test_a_party_too_large_or_too_dear_leaves_the_place_as_it_was(waiting):
    wait_id = wait_of(waiting.cleo, waiting.trip).id
    ask_for(waiting.cleo, stock_gift_card(points=25_000, name="A large card"))
    with pytest.raises(PartyTooLarge):
        change(waiting.cleo, wait_id, 5)
    with pytest.raises(CannotWait, match="5,000 points to go"):
        change(waiting.cleo, wait_id, 3)
    assert (wait_of(waiting.cleo, waiting.trip).units, line_stock(waiting.trip)[2]) == (2, 6)


def test_at_their_turn_nobody_changes_the_party_but_takes_what_they_want(waiting):
    deliver(waiting.trip, 3)
    turns()
    with pytest.raises(ItIsYourTurn, match="take as many places as you want"):
        change(waiting.ben, wait_of(waiting.ben, waiting.trip).id, 2)


def test_guests_that_are_no_longer_allowed_are_not_waited_for_any_more(waiting):
    with_terms(waiting.trip, guests_most=1)
    deliver(waiting.trip, 2)
    assert turns() == 1
    assert (wait_of(waiting.ben, waiting.trip).units, states(waiting, waiting.ben)) == (
        *(2, [W.OFFERED]),
    )
    assert line_stock(waiting.trip) == (6, 0, 3)
    assert ledger_violations() == []


def test_who_has_a_place_waits_for_no_other_departure_of_the_trip(outing):
    june = later_departure(outing.trip, points=10_000, capacity=0)
    with pytest.raises(CannotWait, match="You have a place on this trip already"):
        join(outing.liam, june)
    cancel(outing.liam, outing.taken)
    join(outing.liam, june)


def test_a_place_on_a_departure_that_is_over_counts_no_more(outing, time):
    early = DepartureDates(date(2026, 12, 1), date(2026, 12, 4), date(2026, 11, 30), "Bergen", 1)
    bergen = stock_group_trip("Bergen together", points=10_000, departure=early)
    june = later_departure(bergen, points=10_000, capacity=0)
    ask_for(outing.ben, bergen)
    time.forward(days=11)
    with pytest.raises(CannotWait, match="You have a place on this trip already"):
        join(outing.ben, june)
    time.forward(days=1)
    join(outing.ben, june)
    assert ledger_violations(["I26-places"]) == []


@pytest.mark.parametrize("is_turn", [False, True])
def test_taking_a_place_ends_other_waits_for_the_trip(waiting, is_turn):
    june = later_departure(waiting.trip, points=10_000, capacity=0)
    join(waiting.ben, june, 2)
    join(waiting.cleo, june, 1)
    if is_turn:
        deliver(june, 2)
        turns()
    cancel(waiting.liam, waiting.taken)
    turns()
    ask_for(waiting.ben, waiting.trip, quantity=3)
    over = wait_of(waiting.ben, june)
    assert (over.state, over.units) == (W.ENDED, 2)
    assert line_stock(june) == (0, 0, 1)
    turns()
    assert wait_of(waiting.cleo, june).state is (W.OFFERED if is_turn else W.WAITING)
    assert ledger_violations() == []


def test_a_place_taken_by_who_comes_by_ends_waits_for_the_trip_too(outing):
    june = later_departure(outing.trip, points=10_000, capacity=2)
    join(outing.ben, outing.trip, 2)
    ask_for(outing.ben, june, quantity=2)
    assert states(outing, outing.ben) == [W.ENDED]
    assert line_stock(outing.trip) == (4, 0, 0)
    assert ledger_violations() == []


def test_a_turn_that_is_over_ends_with_a_place_taken_as_everybody_may(outing, time):
    join(outing.ben, outing.trip, 2)
    deliver(outing.trip, 3)
    turns()
    time.forward(hours=9)
    ask_for(outing.ben, outing.trip)
    assert states(outing, outing.ben) == [W.ENDED]
    assert line_stock(outing.trip) == (5, 0, 0)
    assert ledger_violations() == []


def test_a_turn_ends_with_the_last_day_to_ask(outing, time):
    time.forward(days=127)  # the 30th of March; the last day to ask is the 31st
    join(outing.ben, outing.trip, 2)
    time.forward(hours=30)
    cancel(outing.liam, outing.taken)
    turns()
    assert wait_of(outing.ben, outing.trip).kept_until.date() == date(2027, 4, 1)
    time.forward(hours=12)
    with pytest.raises((SoldOut, NotOnSale)):
        ask_for(outing.ben, outing.trip, quantity=2)
    turns()
    assert states(outing, outing.ben) == [W.MISSED]


def test_after_the_last_day_to_ask_nobody_waits_any_more(waiting, queue, time):
    time.forward(days=130)
    tidy()
    assert states(waiting, waiting.ben, waiting.dara) == [W.ENDED, W.ENDED]
    assert line_stock(waiting.trip) == (4, 0, 0)
    assert ledger_violations(["I26", "I26-awaited"]) == []


def test_the_offer_of_a_trip_needs_a_yes_as_every_trip_does(waiting):
    cancel(waiting.liam, waiting.taken)
    turns()
    reference = ask_for(waiting.ben, waiting.trip, quantity=2)
    line = line_of(reference)
    assert (line.state, line.quantity) == (LineState.PENDING_APPROVAL, 2)
