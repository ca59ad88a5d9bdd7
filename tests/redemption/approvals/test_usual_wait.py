"""How long an answer usually takes: measured once enough are known, the due time until then."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from catalog.states import Kind
from marketplace.kernel import clock
from redemption.approvals.menu import approval_note
from redemption.queries.usual_wait import FEWEST_ANSWERS, usual_wait
from redemption.words import decided_within
from tests.support.catalog import IN_MAY, stock_gift_card, stock_lisbon_trip
from tests.support.redemption import approve, ask_for, furnish, undo

pytestmark = pytest.mark.usefixtures("unfulfilled")


def decide_after(house, card, hours, time, queue):
    reference = ask_for(house.maya, card)
    queue.run_due()
    time.forward(hours=hours)
    approve(house.omar, reference)
    time.forward(seconds=31)
    queue.run_due()


def test_maya_reads_the_usual_time_of_the_kind_she_asks_for(at, queue, time, sign_in):
    house, card, trip = furnish(), stock_gift_card(points=10_000), stock_lisbon_trip()
    for _ in range(FEWEST_ANSWERS):
        decide_after(house, card, 3, time, queue)
    once, twice = (approval_note(house.maya, offer, clock.now()) for offer in (card, trip))
    assert once == "Omar Haddad says yes first, usually decided within 3 hours."
    assert twice.endswith(" say yes first, each to be decided within 5 working days.")
    client = sign_in(house.maya.id)
    check = client.get(f"/rewards/{card.slug}/redeem").text
    assert ", usually decided within 3 hours" in check
    check = client.get(f"/rewards/{trip.slug}/redeem").text
    assert ", each to be decided within 5 working days" in check


def test_maya_is_not_told_five_working_days_for_a_trip_that_leaves_before(at, sign_in):
    house = furnish()
    soon = {"starts_on": date(2026, 11, 26), "ends_on": date(2026, 11, 28)}
    trip = stock_lisbon_trip(departure=replace(IN_MAY, cutoff_on=date(2026, 11, 24), **soon))
    words = "to be decided by 26 Nov 2026, when it leaves"
    assert words in approval_note(house.maya, trip, clock.now())
    assert words in sign_in(house.maya.id).get(f"/rewards/{trip.slug}/redeem").text


def test_two_answers_take_twice_as_long_as_one():
    words = "each usually decided within 3 hours"
    assert decided_within(timedelta(hours=3), answers=2) == words


def test_omars_answer_given_again_counts_once(at, queue, time):
    house, card = furnish(), stock_gift_card(points=10_000)
    for _ in range(FEWEST_ANSWERS - 1):
        reference = ask_for(house.maya, card)
        queue.run_due()
        time.forward(hours=1)
        undo(house.omar, approve(house.omar, reference))
        time.forward(hours=1)
        approve(house.omar, reference)
        time.forward(seconds=31)
        queue.run_due()
    assert usual_wait(Kind.GIFT_CARD, at=clock.now()) is None
    decide_after(house, card, 2, time, queue)
    assert usual_wait(Kind.GIFT_CARD, at=clock.now()) == timedelta(hours=2)


def test_five_answers_make_a_median_and_after_90_days_they_are_forgotten(at, queue, time):
    house, card = furnish(), stock_gift_card(points=10_000)
    for known, hours in enumerate((2, 30, 3, 4, 1)):
        assert usual_wait(Kind.GIFT_CARD, at=clock.now()) is None, known
        decide_after(house, card, hours, time, queue)
    assert usual_wait(Kind.GIFT_CARD, at=clock.now()) == timedelta(hours=3)
    assert decided_within(timedelta(hours=3)) == "usually decided within 3 hours"
    time.forward(days=91)
    assert usual_wait(Kind.GIFT_CARD, at=clock.now()) is None
    assert decided_within(None) == "to be decided within 5 working days"
