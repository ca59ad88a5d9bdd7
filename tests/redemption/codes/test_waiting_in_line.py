"""Ben waits in line for a card that is fed by codes: what is offered to him has a code."""

from datetime import timedelta

import pytest

from catalog.operations import capacity
from marketplace.kernel import clock
from marketplace.ledger.check import ledger_violations
from redemption.waiting.states import WaitState
from tests.support.redemption import stock_of
from tests.support.waiting import give_turns, join, somebody, wait_of


@pytest.fixture
def ben(cinema, queue):
    """He is first in line, and the code that came for him counts until midnight."""
    cinema.load("ABCD-0001")
    cinema.ask()
    queue.run_due()
    ben = somebody("Ben Osei")
    join(ben, cinema.offer)
    last = (clock.today() + timedelta(days=14)).isoformat()
    cinema.load(f"ABCD-0002,{last}", head="code,valid until")
    return ben


def test_what_became_too_old_a_moment_ago_is_offered_to_nobody(cinema, ben, time):
    time.forward(days=1)
    give_turns(at=clock.now())
    assert wait_of(ben, cinema.offer).state is WaitState.WAITING
    assert stock_of(cinema.offer.variant_id) == (1, 0, 1)
    cinema.load("ABCD-0003")
    give_turns(at=clock.now())
    assert wait_of(ben, cinema.offer).state is WaitState.OFFERED
    assert ledger_violations() == []


def test_until_then_it_is_his(cinema, ben):
    give_turns(at=clock.now())
    assert wait_of(ben, cinema.offer).state is WaitState.OFFERED


def test_control_without_another_count_he_is_offered_what_has_no_code(
    cinema, ben, time, monkeypatch
):
    monkeypatch.setattr(capacity, "_recounts", [])
    time.forward(days=1)
    give_turns(at=clock.now())
    assert wait_of(ben, cinema.offer).state is WaitState.OFFERED
