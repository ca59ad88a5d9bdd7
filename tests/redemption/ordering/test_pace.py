"""A provider that takes so many orders a minute is asked for no more, whatever crowd waits."""

from datetime import timedelta

import pytest

from marketplace.kernel.db import session
from marketplace.ledger.check import ledger_violations
from redemption.ordering import queries
from redemption.ordering.models import ProviderOrder
from redemption.ordering.policies import is_patient
from redemption.ordering.states import OrderState
from tests.support.ordering import orders, states, take_so_many

CROWD = 12


def crowd_asks(cardhouse):
    asked = [cardhouse.ask("B-20") for _ in range(CROWD)]
    session().close()
    return asked


@pytest.mark.parametrize(("a_minute", "at_once"), [(30, 1), (None, CROWD)])
def test_a_crowd_goes_out_one_by_one_and_nobody_asks_before_its_turn(
    cardhouse, queue, time, a_minute, at_once
):
    """The control is the provider without a pace: all of them at once."""
    take_so_many(cardhouse.provider_id, a_minute)
    asked = crowd_asks(cardhouse)
    queue.run_due()
    assert len(cardhouse.theirs()) == at_once
    for turn in range(2, CROWD + 1):
        time.forward(seconds=2)
        queue.run_due()
        assert len(cardhouse.theirs()) == max(turn, at_once)
    assert [states(one) for one in asked] == [[OrderState.DELIVERED]] * CROWD
    assert {orders(one)[0].tries for one in asked} == {1}
    assert cardhouse.simulator.calls.count("POST /orders") == CROWD
    assert ledger_violations() == []


def test_no_crowd_comes_when_a_provider_that_was_away_answers_again(cardhouse, queue, time):
    """Whose turn passed meanwhile gets another: the provider would be knocked over again."""
    take_so_many(cardhouse.provider_id, 30)
    crowd_asks(cardhouse)
    cardhouse.wrong(error=-1)
    for _ in range(30):
        time.forward(seconds=10)
        queue.run_due()
    assert cardhouse.account().failures >= 5
    session().close()
    cardhouse.wrong(error=0)
    theirs = 0
    for _ in range(200):
        time.forward(seconds=10)
        queue.run_due()
        came = len(cardhouse.theirs()) - theirs
        theirs += came
        assert came <= 6, "five turns in ten seconds, and one at its edge"
    assert theirs == CROWD


def test_waiting_for_a_turn_is_not_waiting_for_a_provider_that_does_not_answer(at):
    order = ProviderOrder(since=at - timedelta(hours=30), turn_at=None)
    assert not is_patient(order, at)
    order.turn_at = at - timedelta(minutes=1)
    assert is_patient(order, at)


def test_maya_and_ana_read_how_long_it_takes(cardhouse, queue, time, sign_in):
    take_so_many(cardhouse.provider_id, 1)
    asked = crowd_asks(cardhouse)
    queue.run_due()
    page = sign_in(cardhouse.maya.id).get(f"/redemptions/{asked[-1]}").text
    assert "takes only so many orders a minute" in page
    assert "Yours goes out at about" in page
    session().close()
    (row,) = queries.accounts()
    assert (row.in_line, row.a_minute) == (CROWD - 1, 1)
    assert row.oldest == orders(asked[1])[0].created_at
