"""Two planners and the last bed: one of them has it; with the guard off, as control, both do."""

from collections import Counter

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from redemption.travel.desk.rooming import operations
from redemption.travel.desk.rooming.operations import Target, move_traveler, place_everyone
from tests.support.desk import fill, move, plan_rooms, rooms_now
from tests.support.racing import all_at_once, in_turn

pytestmark = pytest.mark.race
CROWD = 8


@pytest.fixture
def last_bed(tour):
    """A double with one bed free, and eight people to put into it."""
    kinds = plan_rooms(tour.priya, tour.trip, ("Double", 2, 1))
    going = fill(tour.trip, [1] * (CROWD + 1))
    move(tour.priya, tour.trip, going[0].travelers[0], kind=kinds["Double"])
    return rooms_now(tour.trip).rooms[0].id, [one.travelers[0] for one in going[1:]]


def _outcomes(run, app, tour, last_bed):
    room_id, people = last_bed
    session().close()

    def work(number):
        with transaction():
            return move_traveler(
                tour.priya,
                tour.trip.variant_id,
                people[number],
                Target(room_id),
                seen=None,
                at=clock.now(),
            )

    answers = run(app, CROWD, work)
    return Counter(getattr(answer, "code", "moved") for answer in answers)


def test_the_last_bed_goes_to_one(app, tour, last_bed):
    assert _outcomes(all_at_once, app, tour, last_bed) == {"moved": 1, "room_full": CROWD - 1}
    assert rooms_now(tour.trip).placed == 2
    assert ledger_violations() == []


def test_control_without_the_guard_the_room_takes_everyone(app, tour, last_bed, monkeypatch):
    monkeypatch.setattr(operations, "_count", lambda room_id, by: None)
    assert _outcomes(in_turn, app, tour, last_bed) == {"moved": CROWD}
    assert "I27-rooms" in {one.id for one in ledger_violations(["I27-rooms"])}


def test_two_who_place_everyone_at_once_place_each_once(app, tour):
    plan_rooms(tour.priya, tour.trip, ("Double", 2, 4))
    fill(tour.trip, [2] * 4)
    session().close()

    def work(_number):
        with transaction():
            return place_everyone(tour.priya, tour.trip.variant_id, at=clock.now())

    answers = all_at_once(app, 2, work)
    assert Counter(getattr(one, "code", one) for one in answers) == {8: 1, "bad_input": 1}
    assert rooms_now(tour.trip).conflicts == []
    assert ledger_violations() == []
