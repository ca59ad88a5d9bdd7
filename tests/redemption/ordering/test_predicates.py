"""Each predicate of orders bites: a row is forged and exactly that is named."""

import pytest

from marketplace.ledger.check import ledger_violations
from tests.support.tampering import named_when

LONG_AGO = "next_at = '2020-01-01 00:00:00'"
TWO_OF_ONE = (
    "DROP INDEX uq_provider_orders_unit_that_stands",
    "UPDATE provider_orders SET issue = id, line_id = (SELECT MIN(id) FROM redemption_lines)",
)
FORGED = {
    "I35": TWO_OF_ONE,
    "I36-orders": ("UPDATE provider_orders SET fingerprint = 'another' || id",),
    "I31-orders": ("UPDATE provider_order_events SET from_state = 'delivered'",),
    "I32-orders": ("UPDATE provider_orders SET state = 'held', reason = 'Because'",),
    "I45-orders": (f"UPDATE provider_orders SET state = 'asked', {LONG_AGO}",),
}


@pytest.fixture
def delivered(cardhouse, queue):
    """Two cards of Maya's."""
    for _ in range(2):
        cardhouse.ask("B-20")
    queue.run_due()
    return cardhouse


def test_a_forged_row_is_named(delivered):
    assert ledger_violations() == []
    named = {name: named_when(name, *forged) for name, forged in FORGED.items()}
    assert named == {name: {name} for name in FORGED}
    assert ledger_violations() == []


MORE = [
    ("I36-orders", "UPDATE provider_orders SET unit_no = 9"),
    ("I36-orders", "UPDATE provider_orders SET state = 'leftover'"),
    ("I36-orders", "DELETE FROM vouchers"),
    ("I31-orders", "UPDATE provider_order_events SET from_state = NULL"),
    ("I32-orders", "DELETE FROM provider_order_events"),
    ("I45-orders", "UPDATE provider_orders SET state = 'pending', next_at = NULL"),
    ("I35", "UPDATE provider_orders SET provider_ref = 'the same'"),
]


def test_each_side_of_a_predicate_bites(delivered):
    named = [(name, forged, named_when(name, forged)) for name, forged in MORE]
    assert named == [(name, forged, {name}) for name, forged in MORE]


def test_a_line_that_waits_for_money_or_is_asked_for_again_is_not_stuck(delivered):
    waits = "UPDATE redemption_lines SET state = 'fulfilling', changed_at = '2020-01-01 00:00:00'"
    no_funds = "UPDATE provider_orders SET state = 'no_funds'"
    soon = "UPDATE provider_orders SET state = 'asked', next_at = '2030-01-01 00:00:00'"
    late = f"UPDATE provider_orders SET state = 'asked', {LONG_AGO}"
    assert named_when("I45-fulfillment", waits, no_funds) == set()
    assert named_when("I45-fulfillment", waits, soon) == set()
    assert named_when("I45-fulfillment", waits, late) == {"I45-fulfillment"}


REPLACED = "UPDATE provider_orders SET state = 'replaced' WHERE id = (SELECT MIN(id) FROM"
MADE_INSTEAD = (
    "UPDATE provider_orders SET replaces_id = (SELECT MIN(id) FROM provider_orders)"
    " WHERE id = (SELECT MAX(id) FROM provider_orders)"
)


def test_a_card_that_was_replaced_by_nothing_or_counts_beside_its_successor_is_named(delivered):
    alone = f"{REPLACED} provider_orders)"
    assert "I35-reissued" in named_when("I35-reissued", alone)
    assert "I35-reissued" in named_when("I35-reissued", MADE_INSTEAD)
    both = "UPDATE provider_orders SET line_id = (SELECT MIN(id) FROM redemption_lines), issue = id"
    unkept = "DROP INDEX uq_provider_orders_unit_that_stands"
    assert "I35-reissued" in named_when("I35-reissued", unkept, both, MADE_INSTEAD, alone)
    assert "I36-orders" in named_when("I36-orders", alone)
