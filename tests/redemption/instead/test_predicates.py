"""Each predicate of shortages bites: a row is forged and exactly that is named."""

import pytest

from marketplace.ledger.check import ledger_violations
from tests.support.catalog import stock_reward
from tests.support.redemption import ask_for
from tests.support.shortages import mark, take
from tests.support.tampering import unnoticed

LONG_AGO = "'2020-01-01 00:00:00'"
FORGED = [
    ("I30-instead", "UPDATE shortages SET taken_id = NULL WHERE state = 'taken'"),
    ("I30-instead", "UPDATE redemptions SET total_points = 100000"),
    ("I30-instead", "UPDATE redemption_lines SET state = 'fulfilling' WHERE state = 'cancelled'"),
    ("I30-instead", "UPDATE redemptions SET employee_id = {ana}"),
    ("I31-shortages", "UPDATE shortage_events SET to_state = 'lapsed' WHERE from_state IS NULL"),
    ("I31-shortages", "UPDATE shortages SET state = 'waits' WHERE state = 'open'"),
    ("I31-shortages", "UPDATE shortage_events SET from_state = 'waits' WHERE to_state = 'taken'"),
    ("I31-shortages", "DELETE FROM shortage_events WHERE from_state IS NULL"),
    ("I45-shortages", f"UPDATE shortages SET answer_by = {LONG_AGO} WHERE state = 'open'"),
    ("I45-shortages", f"""UPDATE redemption_lines SET state = 'fulfilled', changed_at = {LONG_AGO}
     WHERE state = 'fulfilling'"""),
]  # fmt: skip


@pytest.fixture
def told(desk, queue):
    """Maya took the watch instead of her backpack, and is asked about a pen."""
    take(desk.maya, mark(desk.ana, desk.reference), desk.watch)
    other = ask_for(desk.maya, stock_reward("Pen", points=100))
    queue.run_due()
    mark(desk.ana, other)
    return desk


def test_nothing_is_found_when_all_is_well(told):
    assert ledger_violations() == []


def test_each_predicate_bites(told):
    assert unnoticed(FORGED, ana=told.ana.id) == []
