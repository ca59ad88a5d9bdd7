"""Each predicate of canceled departures bites: a row is forged and exactly that is named."""

import pytest

from marketplace.ledger.check import ledger_violations
from redemption.travel.invitations.states import Trade
from tests.redemption.travel.cancellations.conftest import book
from tests.support.tampering import named_when, unnoticed

BOUGHT = "line_id IS NOT NULL"
FORGED = [
    ("I27-canceled", "UPDATE redemption_lines SET state = 'approved'"),
    ("I27-canceled", "UPDATE trip_invitations SET state = 'owed'"),
    ("I27-canceled", "UPDATE bookings SET state = 'requested'"),
    ("I27-canceled", "UPDATE variants SET state = 'on_sale'"),
    ("I27-canceled", "UPDATE departures SET canceled_at = NULL"),
    ("I10-made-whole", f"UPDATE made_whole SET points = points - 1 WHERE {BOUGHT}"),
    ("I10-made-whole", f"UPDATE made_whole SET employee_id = 0 WHERE {BOUGHT}"),
    ("I10-made-whole", "UPDATE trip_invitations SET trade_points = 1 WHERE trade_points > 0"),
    ("I10-made-whole", "UPDATE made_whole SET trade = 'later' WHERE trade = 'points'"),
    ("I10-made-whole", "UPDATE redemption_lines SET state = 'fulfilled'"),
    ("I21-canceled", "DELETE FROM budget_entries WHERE kind = 'release'"),
]


@pytest.fixture
def over(off, queue):
    """The departure is canceled, and everyone is made whole."""
    off.cancel(trade=Trade.POINTS)
    queue.run_due()
    return off


def test_nothing_is_found_when_all_is_well(over):
    assert ledger_violations() == []


def test_each_predicate_bites(over):
    assert unnoticed(FORGED) == []


@pytest.mark.parametrize(
    "forged",
    [
        f"UPDATE made_whole SET points = points - 1 WHERE {BOUGHT}",
        f"DELETE FROM made_whole WHERE {BOUGHT}",
        "UPDATE line_refunds SET source = 'canceled'",
        "UPDATE line_refunds SET points = points - 1",
    ],
)
def test_what_was_booked_and_came_back_is_what_is_said_of_it(off, queue, forged):
    book(off)
    off.cancel(trade=Trade.POINTS)
    queue.run_due()
    assert ledger_violations() == []
    assert named_when("I10-made-whole", forged) == {"I10-made-whole"}


def test_before_everyone_is_made_whole_places_may_still_be_held(off):
    off.cancel(trade=Trade.POINTS)
    assert ledger_violations() == []
