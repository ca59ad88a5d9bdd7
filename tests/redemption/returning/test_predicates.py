"""Each predicate of what comes back bites: a row is forged and that is named."""

import pytest

from marketplace.ledger.check import ledger_violations
from redemption.sending_back.operations import Received, accept_return, receive_return
from tests.redemption.returning.test_goodwill import give
from tests.redemption.returning.test_sending_back import arrived, ask, do
from tests.support.people import actor, employ_ana
from tests.support.redemption import furnish
from tests.support.tampering import named_when

FORGED = [
    ("I30-back", "UPDATE redemption_lines SET returned_units = returned_units + 1"),
    ("I30-back", "UPDATE line_refunds SET points = points - 1"),
    ("I30-refunds", "UPDATE line_refunds SET transfer_id = NULL"),
    ("I30-refunds", "UPDATE line_refunds SET points = points + 1 WHERE cause = 'goodwill'"),
    ("I30-returning", "UPDATE redemption_lines SET returning_units = returning_units + 1"),
    ("I30-received", "DELETE FROM line_refunds WHERE cause = 'sent_back'"),
    ("I30-received", "UPDATE line_refunds SET source = 'return:99' WHERE cause = 'sent_back'"),
    ("I32-returns", "UPDATE goods_returns SET state = 'asked' WHERE state = 'accepted'"),
    ("I32-returns", "UPDATE goods_return_events SET from_state = 'lapsed' WHERE seq = 2"),
    ("I37-returns", "UPDATE goods_returns SET decided_by_id = employee_id"),
    ("I24-goodwill", "UPDATE goodwill_refunds SET proposed_by_id = employee_id"),
    ("I24-goodwill", "UPDATE goodwill_refunds SET needs_second = true"),
    ("I30-goodwill", "UPDATE goodwill_refunds SET points = points + 1"),
    ("I32-goodwill", "DELETE FROM goodwill_events"),
]


@pytest.fixture
def came_back(at, queue):
    """One of three mugs came back, another is on its way, and Priya gave ten points."""
    house, ana = furnish(), actor(employ_ana())
    mugs = arrived(house, ana, queue)
    one = ask(house, mugs, 1)
    do(accept_return, ana, one, "Rewards desk")
    do(receive_return, ana, one, Received(1))
    do(accept_return, ana, ask(house, mugs, 1), "Rewards desk")
    give(house.priya, mugs, 10)


def test_nothing_is_found_when_all_is_well(came_back):
    assert ledger_violations() == []


def test_each_predicate_bites(came_back):
    missed = [(name, forged) for name, forged in FORGED if name not in named_when(name, forged)]
    assert missed == []
