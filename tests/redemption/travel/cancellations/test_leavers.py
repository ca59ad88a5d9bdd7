"""Maya bought a place and leaves the company: it is for the next, her points by the rule."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from marketplace.kernel import clock, settings
from marketplace.kernel.db import session
from marketplace.ledger.check import ledger_violations
from redemption.bookings.models import Booking
from redemption.bookings.states import BookingState
from redemption.states import LineState
from redemption.travel.cancellations.jobs import pass_on_places
from tests.redemption.travel.cancellations.conftest import book
from tests.support.invitations import leave
from tests.support.packages import stock_package
from tests.support.redemption import approve, line_of, points_now, stock_of, subjects_to
from tests.support.travel_dates import MADE, wish
from tests.support.travel_dates import book as book_package

BOOKED = date(2027, 2, 10)
LATE = 135  # days from now, some days after the last day to ask


@pytest.fixture
def rule(monkeypatch):
    def be(word):
        here = replace(settings.current(), leaver_trips=word)
        monkeypatch.setattr(settings, "current", lambda: here)

    return be


def test_a_place_that_is_not_booked_yet_goes_back_whole(off, queue):
    before = points_now(off.maya).available
    leave(off.maya.id)
    assert pass_on_places(at=clock.now()) == 1
    assert line_of(off.asked).state is LineState.CANCELLED
    assert points_now(off.maya).available == before + 48_000
    assert pass_on_places(at=clock.now()) == 0
    queue.run_due()
    assert f"Your request {off.asked} was canceled" in subjects_to(off.maya)
    assert ledger_violations() == []


@pytest.mark.parametrize(
    ("word", "days", "back"),
    [("terms", 1, 48_000), ("terms", LATE, 0), ("whole", LATE, 48_000), ("keep", 1, None)],
)
def test_a_booked_one_by_the_rule_of_the_company(off, queue, time, rule, word, days, back):
    book(off)
    rule(word)
    time.forward(days=days)
    before = points_now(off.maya).available
    leave(off.maya.id)
    assert pass_on_places(at=clock.now()) == (back is not None)
    assert points_now(off.maya).available == before + (back or 0)
    line = line_of(off.asked)
    assert line.state is (LineState.FULFILLED if back is None else LineState.REFUNDED)
    booking = session().query(Booking).filter_by(line_id=line.id).one()
    assert (booking.state is BookingState.CANCELLED) == (back is not None)
    assert stock_of(line.variant_id)[2] == (3 if back is None else 2)  # Ben and his guest go
    assert ledger_violations() == []


def test_who_came_back_meanwhile_keeps_the_place(off):
    assert pass_on_places(at=clock.now()) == 0
    assert line_of(off.asked).state is LineState.FULFILLING


@pytest.mark.parametrize(
    ("first", "days", "back"), [(None, 1, 40_000), (BOOKED, 1, 40_000), (BOOKED, 60, 0)]
)
def test_a_package_by_the_dates_that_were_booked(off, queue, time, first, days, back):
    asked = wish(off.maya, stock_package(points=40_000), off.ben)
    for approver in (off.house.omar, off.house.wei):
        approve(approver, asked)
        time.forward(seconds=31)
        queue.run_due()
    if first is not None:
        dates = {"starts_on": first, "ends_on": first + timedelta(days=3)}
        book_package(off.ana, asked, replace(MADE, **dates))
    before = points_now(off.maya).available
    leave(off.maya.id)
    time.forward(days=days)
    assert pass_on_places(at=clock.now()) == 2  # with her place in Lisbon
    assert points_now(off.maya).available == before + 48_000 + back
    assert line_of(asked).state in {LineState.CANCELLED, LineState.REFUNDED}
    assert ledger_violations() == []


def test_a_package_on_which_they_were_stays_theirs(off, queue, time):
    asked = wish(off.maya, stock_package(points=40_000), off.ben)
    for approver in (off.house.omar, off.house.wei):
        approve(approver, asked)
        time.forward(seconds=31)
        queue.run_due()
    dates = {"starts_on": BOOKED, "ends_on": BOOKED + timedelta(days=3)}
    book_package(off.ana, asked, replace(MADE, **dates))
    time.forward(days=90)
    leave(off.maya.id)
    assert pass_on_places(at=clock.now()) == 1
    assert line_of(asked).state is LineState.FULFILLED
