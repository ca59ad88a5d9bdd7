"""The ledger check looks at the shelf too, and each of its predicates bites."""

import pytest

from catalog import operations, predicates
from marketplace.kernel.db import transaction
from marketplace.ledger.check import ledger_violations
from tests.support.catalog import (
    add_variant,
    draft_reward,
    stock_gift_card,
    stock_lisbon_trip,
    stock_reward,
)
from tests.support.tampering import named_when

IDS = [
    "I25",
    "I25-rows",
    "C-price",
    "C-rate",
    "C-listing",
    "C-shelf",
    "C-entries",
    "C-moves",
    "C-limits",
    "C-stock",
    "C-discarded",
]
TAMPERING = {
    "I25": "UPDATE variant_stock SET reserved = 9 WHERE capacity = 1",
    "I25-rows": "DELETE FROM variant_stock",
    "C-price": "DELETE FROM price_versions",
    "C-rate": "UPDATE variants SET cash_minor = 2000 WHERE range_to_minor IS NOT NULL",
    "C-listing": "UPDATE shelf_entries SET points = points - 1",
    "C-shelf": "DELETE FROM shelf_entries",
    "C-entries": "UPDATE shelf_entries SET audience_id = 7",
    "C-moves": "INSERT INTO reward_moves (reward_id, to_state, at) "
    "SELECT id, 'retired', created_at FROM rewards",
    "C-limits": "UPDATE member_usage SET used = 2",
    "C-stock": "UPDATE variant_stock SET capacity = 9 WHERE capacity = 1",
    "C-discarded": "UPDATE rewards SET state = 'discarded' WHERE slug = 'lisbon-long-weekend'",
}


@pytest.fixture
def shelf(maya, at):
    stock_reward(capacity=1)
    stock_gift_card()
    trip = stock_lisbon_trip()
    euros = {"cash_minor": 1_000, "currency": "EUR"}
    add_variant(draft_reward("Warm kitchen"), range_to_minor=5_000, step_minor=500, **euros)
    with transaction():
        operations.count_taken(trip, maya.id, 1, at=at)


def test_an_honest_shelf_has_no_violation(shelf):
    assert predicates.__doc__
    assert ledger_violations(IDS) == []


@pytest.mark.parametrize("name", IDS)
def test_tampering_is_found_and_named(shelf, name):
    assert named_when(name, TAMPERING[name]) == {name}
