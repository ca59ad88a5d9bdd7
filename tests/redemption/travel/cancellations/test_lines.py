"""A departure is canceled: whoever waits in line for it hears so at once, and waits no longer."""

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.ledger.check import ledger_violations
from redemption.travel.cancellations.operations.canceling import CallOff, call_off
from redemption.waiting import jobs
from redemption.waiting.states import WaitState
from tests.support.redemption import ask_for, furnish, stock_of, subjects_to
from tests.support.trips import stock_group_trip
from tests.support.waiting import join, somebody, turns, wait_of


@pytest.fixture
def full(at, queue):
    """A trip with one place, which Maya asked for; Ben and Cleo wait for it."""
    house, trip = furnish(), stock_group_trip(capacity=1)
    ask_for(house.maya, trip)
    people = [somebody("Ben Osei"), somebody("Cleo Marsh")]
    for who in people:
        join(who, trip)
    return house, trip, people


def _cancel(house, trip):
    with transaction():
        call_off(house.priya, trip.variant_id, CallOff(reason="No snow."), at=clock.now())


def test_everyone_who_waits_is_told_at_once(full, queue):
    house, trip, people = full
    _cancel(house, trip)
    queue.run_due()
    for who in people:
        assert wait_of(who, trip).state is WaitState.ENDED
        assert any("Lisbon together" in subject for subject in subjects_to(who))
    assert stock_of(trip.variant_id)[1:] == (0, 0)
    assert ledger_violations() == []


def test_a_place_that_comes_back_by_it_is_offered_to_nobody(full, queue):
    house, trip, people = full
    _cancel(house, trip)
    queue.run_due()
    turns()
    assert {wait_of(who, trip).state for who in people} == {WaitState.ENDED}


def test_a_line_longer_than_one_look_ends_whole(full, queue, monkeypatch):
    house, trip, people = full
    monkeypatch.setattr("redemption.waiting.queries.due.AT_ONCE", 1)
    _cancel(house, trip)
    jobs.end_line(trip.variant_id)
    assert {wait_of(who, trip).state for who in people} == {WaitState.ENDED}
