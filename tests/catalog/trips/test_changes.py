"""Every change of a plan is kept, so that travelers and their calendars can be told of it."""

from dataclasses import replace
from datetime import time

import pytest

from catalog.trips import operations
from catalog.trips.plan import NewItem
from catalog.trips.queries.changes import changes_of
from catalog.trips.states import ItemKind, PlanChange
from marketplace.ledger.check import ledger_violations
from tests.catalog.trips.test_planning import do
from tests.support.people import actor, employ
from tests.support.tampering import named_when
from tests.support.trips import later_departure, stock_group_trip

DINNER = NewItem(day=1, kind=ItemKind.MEAL, name="Dinner", starts_at=time(19))


@pytest.fixture
def trip(at):
    return stock_group_trip()


@pytest.fixture
def priya(at):
    return actor(employ("Priya Nair"))


def told(variant_id):
    return [(one.item_id, one.change, one.was.get("name")) for one in changes_of(variant_id)]


def test_what_stood_there_before_is_kept_with_each_change(trip, priya, at):
    item_id = do(operations.add_item, priya, trip.variant_id, DINNER, at=at)
    late = replace(DINNER, name="Late dinner", starts_at=time(21))
    do(operations.change_item, priya, trip.variant_id, item_id, late, at=at)
    do(operations.change_item, priya, trip.variant_id, item_id, late, at=at)  # changes nothing
    do(operations.set_zone, priya, trip.variant_id, "Europe/Lisbon", at=at)
    do(operations.remove_item, priya, trip.variant_id, item_id, at=at)
    assert told(trip.variant_id) == [
        (item_id, PlanChange.ADDED, None),
        (item_id, PlanChange.CHANGED, "Dinner"),
        (None, PlanChange.ZONE, None),
        (item_id, PlanChange.REMOVED, "Late dinner"),
    ]
    assert changes_of(trip.variant_id)[1].was["starts_at"] == "19:00"
    assert ledger_violations() == []


def test_the_number_of_an_entry_that_was_removed_is_never_given_again(trip, priya, at):
    first = do(operations.add_item, priya, trip.variant_id, DINNER, at=at)
    do(operations.remove_item, priya, trip.variant_id, first, at=at)
    assert do(operations.add_item, priya, trip.variant_id, DINNER, at=at) > first


def test_a_plan_that_was_copied_begins_its_own_story(trip, priya, at):
    do(operations.add_item, priya, trip.variant_id, DINNER, at=at)
    june = later_departure(trip).variant_id
    do(operations.copy_plan, priya, june, trip.variant_id, at=at)
    assert [change for _item, change, _was in told(june)] == [PlanChange.ADDED]
    assert ledger_violations() == []


@pytest.mark.parametrize("forged", ["DELETE FROM itinerary_changes", "DELETE FROM itinerary_items"])
def test_an_entry_without_its_story_is_named(trip, priya, at, forged):
    do(operations.add_item, priya, trip.variant_id, DINNER, at=at)
    assert named_when("I31-plans", forged) == {"I31-plans"}
