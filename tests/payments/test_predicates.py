"""Each predicate of payments and funds bites: a row is forged and exactly that is named."""

import pytest

from marketplace.ledger.check import ledger_violations
from tests.support.tampering import unnoticed

LONG_AGO = "next_at = '2020-01-01 00:00:00'"
FORGED = [
    ("I40-captured", "UPDATE payments SET refunded_minor = captured_minor + 1"),
    ("I40-captured", "UPDATE payment_refunds SET minor = minor + 1"),
    ("I40-captured", "UPDATE payment_refunds SET state = 'failed'"),
    ("I40-taken", "UPDATE payments SET captured_minor = captured_minor - 1 WHERE state = 'paid'"),
    ("I40-taken", "UPDATE payments SET captured_minor = 5 WHERE state = 'open'"),
    ("I40-taken", "UPDATE payments SET paid_at = NULL"),
    ("I40-taken", "UPDATE payments SET state = 'late' WHERE state = 'paid'"),
    ("I31-payments", "UPDATE payment_events SET from_state = 'held'"),
    ("I31-payments", "UPDATE payment_events SET from_state = NULL"),
    ("I31-payments", "UPDATE payment_refund_events SET from_state = 'done'"),
    ("I32-payments", "UPDATE payments SET state = 'expired' WHERE state = 'open'"),
    ("I32-payments", "DELETE FROM payment_events"),
    ("I32-payments", "DELETE FROM payment_refund_events"),
    ("I45-payments", f"UPDATE payments SET {LONG_AGO}"),
    ("I45-payments", "UPDATE payments SET next_at = NULL"),
    ("I45-payments", f"UPDATE payment_refunds SET {LONG_AGO}"),
    ("I45-payments", "UPDATE payment_refunds SET state = 'asked'"),
    ("I41-balance", "UPDATE funds SET balance_minor = balance_minor + 1"),
    ("I41-balance", "DELETE FROM fund_entries"),
    ("I41-top-ups", "DELETE FROM fund_entries WHERE kind = 'top_up'"),
    ("I41-top-ups", "UPDATE payments SET state = 'open' WHERE state = 'paid'"),
    ("I41-top-ups", "UPDATE fund_entries SET minor = minor + 1 WHERE kind = 'top_up'"),
    ("I41-given-back", "DELETE FROM fund_entries WHERE kind = 'given_back'"),
    ("I41-given-back", "UPDATE payment_refunds SET state = 'failed'"),
    ("I41-given-back", "UPDATE payment_refunds SET reference = 'another'"),
]


@pytest.fixture
def told(felix):
    """A top-up that is paid and partly given back, and one that is open."""
    felix.give_back(felix.paid(), 100_000)
    felix.queue.run_due()
    felix.open()
    return felix


def test_a_forged_row_is_named(told):
    assert ledger_violations() == []
    assert unnoticed(FORGED) == []
    assert ledger_violations() == []
