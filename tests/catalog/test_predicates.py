"""The ledger check looks at the shelf too, and each of its predicates bites."""

from datetime import timedelta

import pytest

from catalog import operations, predicates
from catalog.operations import NewPrice
from catalog.shelf import predicates as predicates_of_the_shelf
from marketplace.access.actor import Actor
from marketplace.kernel.db import transaction
from marketplace.ledger.check import ledger_violations
from tests.support.catalog import (
    add_variant,
    draft_reward,
    stock_gift_card,
    stock_lisbon_trip,
    stock_reward,
)
from tests.support.tampering import unnoticed

DAY = timedelta(days=1)
SYSTEM = Actor.system()
TAMPERING = {
    "I25": "UPDATE variant_stock SET reserved = 9 WHERE capacity = 1",
    "I25-rows": "DELETE FROM variant_stock",
    "C-price": "DELETE FROM price_versions",
    "C-rate": "UPDATE variants SET cash_minor = 2000 WHERE range_to_minor IS NOT NULL",
    "C-listing": "UPDATE shelf_entries SET points = points - 1",
    "C-shelf": "DELETE FROM shelf_entries",
    "C-entries": "UPDATE shelf_entries SET audience_id = 7",
    "C-countries": "UPDATE shelf_entries SET country = 'BR' WHERE country = 'PT'",
    "C-moves": "INSERT INTO reward_moves (reward_id, to_state, at) "
    "SELECT id, 'retired', created_at FROM rewards",
    "C-limits": "UPDATE member_usage SET used = 2",
    "C-stock": "UPDATE variant_stock SET capacity = 9 WHERE capacity = 1",
    "C-discarded": "UPDATE rewards SET state = 'discarded' WHERE slug = 'lisbon-long-weekend'",
}

_AGAIN = """reward_id, audience_id, tier_id, kind, country, points, begins_at, ends_at, is_featured,
newest, sort_name"""
ALSO = [
    ("C-listing", f"INSERT INTO shelf_entries ({_AGAIN}) SELECT {_AGAIN} FROM shelf_entries"),
    ("C-listing", "UPDATE shelf_entries SET points = points + 1 WHERE begins_at IS NOT NULL"),
    ("C-listing", "UPDATE shelf_entries SET ends_at = NULL WHERE reward_id = {ends}"),
    ("C-listing", "UPDATE departures SET cutoff_on = '2026-12-31'"),
    ("C-shelf", "DELETE FROM shelf_entries WHERE country = 'PT'"),
    ("C-shelf", "DELETE FROM shelf_entries WHERE begins_at IS NOT NULL"),
    ("C-shelf", "UPDATE rewards SET visible_until = NULL WHERE id = {ends}"),
    ("C-countries", "UPDATE shelf_entries SET audience_id = 0 WHERE country = 'PT'"),
    ("C-countries", "UPDATE shelf_entries SET audience_id = 0 WHERE country IS NULL"),
    ("C-rate", "UPDATE price_versions SET rate_points = 2 * rate_points WHERE country = 'PT'"),
    ("C-rate", "UPDATE price_versions SET rate_points = 1 WHERE valid_until IS NOT NULL"),
    ("C-moves", "UPDATE reward_moves SET from_state = 'retired' WHERE from_state IS NOT NULL"),
    ("C-stock", "UPDATE stock_movements SET before = 3"),
]
"""What a look at the prices of the moment, for everywhere, would not find."""


@pytest.fixture
def shelf(maya, at):
    stock_reward(capacity=1)
    stock_gift_card()
    trip = stock_lisbon_trip()
    euros = {"cash_minor": 1_000, "currency": "EUR"}
    kitchen = draft_reward("Warm kitchen")
    dish = add_variant(kitchen, range_to_minor=5_000, step_minor=500, **euros)
    with transaction():
        operations.count_taken(trip, maya.id, 1, at=at)
        operations.publish_reward(SYSTEM, kitchen, at=at)
        for price in (
            NewPrice(points=8_000, country="PT"),
            NewPrice(points=7_000, valid_from=at + DAY, valid_until=at + 2 * DAY),
        ):
            operations.plan_price(SYSTEM, dish, price, at=at)
    return trip


@pytest.fixture
def ends(shelf, at):
    """A reward that leaves the shelf in five days."""
    short = stock_reward("Short stay").reward_id
    with transaction():
        operations.schedule_reward(SYSTEM, short, None, at + 5 * DAY, at=at)
    return short


def test_an_honest_shelf_has_no_violation(ends):
    assert predicates.__doc__
    assert predicates_of_the_shelf.__doc__
    assert ledger_violations(list(TAMPERING)) == []


def test_tampering_is_found_and_named(shelf):
    assert unnoticed(TAMPERING.items()) == []


def test_prices_to_come_and_prices_of_countries_are_looked_at_too(ends):
    assert unnoticed(ALSO, ends=ends) == []
