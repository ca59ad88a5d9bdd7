"""The last seat, and the draw, wanted by many at once; with the protection off as control."""

from collections import Counter

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import rows_changed, session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.ledger.check import ledger_violations
from redemption.travel.activities import operations
from redemption.travel.activities.models import ActivityCount
from redemption.travel.registration.operations import filling
from redemption.travel.registration.operations.planning import draw_places
from tests.support.racing import all_at_once, in_turn
from tests.support.registration import FADO, go, mine, plan_trip, seats, wish_for
from tests.support.trips import stock_group_trip
from tests.support.waiting import somebody

pytestmark = pytest.mark.race


def attempt(deed):
    """What comes of it in a transaction of its own: its answer, or the code of the refusal."""
    try:
        with transaction():
            return deed()
    except DomainError as refusal:
        return refusal.code


@pytest.fixture
def crowd(club, time):
    """Eight people on a trip with three seats for the fado evening, already drawn."""
    trip = stock_group_trip("Eight for fado", capacity=16)
    (fado,) = plan_trip(club.priya, trip.variant_id, FADO)
    people = [somebody(f"Singer {number}", points=0) for number in range(8)]
    held = [mine(one, go(club.priya, trip, one, guests=0)) for one in people]
    wish_for(club.maya, go(club.priya, trip, club.maya, guests=0), fado)
    here = held[0].party
    time.forward(days=(here.starts_on - clock.today()).days - 29)
    return here, fado, held


def hold(club, here):
    return draw_places(club.priya, here.variant_id, here.starts_on, at=clock.now())


def take(crowd, number):
    _, fado, held = crowd
    return attempt(lambda: filling.take_activity(held[number], fado, at=clock.now()))


def test_of_eight_who_want_two_seats_two_have_them(app, club, crowd):
    here, fado, _ = crowd
    with transaction():
        hold(club, here)
    came_of_it = all_at_once(app, 8, lambda number: take(crowd, number))
    assert Counter(came_of_it) == {"Fado evening": 2, "no_seat_left": 6}
    assert seats([fado]) == [3]
    assert ledger_violations() == []


def test_control_without_its_guard_more_sit_than_there_are_seats(app, club, crowd, monkeypatch):
    here, fado, _ = crowd
    with transaction():
        hold(club, here)

    def unguarded(item_id, people):
        taken = sa.update(ActivityCount).where(ActivityCount.item_id == item_id)
        done = session().execute(taken.values(taken=ActivityCount.taken + people))
        return rows_changed(done) == 1

    monkeypatch.setattr(operations, "_claim", unguarded)
    in_turn(app, 8, lambda number: take(crowd, number))
    assert seats([fado]) == [9]
    assert {one.id for one in ledger_violations()} == {"I27-activities"}


def test_two_planners_who_draw_at_once_draw_once(app, club, crowd):
    here = crowd[0]
    came_of_it = all_at_once(app, 2, lambda _: attempt(lambda: hold(club, here)))
    assert sorted(map(str, came_of_it)) == ["1", "drawn_already"]
    assert ledger_violations() == []
