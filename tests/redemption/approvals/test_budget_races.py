"""Two ask for trips at one moment: a policy on the share of a budget sees what the other took."""

import threading
from contextlib import suppress

import pytest
import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from redemption.approvals.gates import in_order
from redemption.approvals.models import ApprovalStep
from redemption.approvals.operations.policies import Terms
from redemption.approvals.states import Asks
from redemption.operations import submit
from redemption.refusals import BudgetMoved
from tests.support.approvals import add, put_first
from tests.support.catalog import stock_badge, stock_lisbon_trip
from tests.support.ledger import give_points
from tests.support.racing import all_at_once
from tests.support.redemption import (
    ask_for,
    furnish,
    line_of,
    new_key,
    open_rewards_budget,
    points_now,
)

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("unfulfilled")]
MUCH = Terms(
    "Much of the budget", in_order(Asks.FINANCE), ("individual_travel",), budget_percent=40
)


def _two_at_once(app, monkeypatch):
    """Maya and Omar each ask for 30,000 of 100,000 points; from 40 percent on finance is asked."""
    house = furnish()
    with transaction():
        give_points(house.omar.id, 50_000)
    add(Actor.system(), "much", MUCH)
    put_first(Actor.system(), "much")
    open_rewards_budget(100_000)
    ask_for(house.maya, stock_badge())  # whose points go where all go: that account is there now
    trip = stock_lisbon_trip(points=30_000)
    is_alone = session().get_bind().dialect.name == "sqlite"  # one writer: nobody else comes
    both_know, reserve = threading.Barrier(2), submit._reserve_hot_rows

    def wait_and_reserve(asked):
        with suppress(threading.BrokenBarrierError):
            both_know.wait(timeout=0.3 if is_alone else 20)
        reserve(asked)

    monkeypatch.setattr(submit, "_reserve_hot_rows", wait_and_reserve)
    session().close()
    people = (house.maya, house.omar)
    told = all_at_once(app, 2, lambda number: ask_for(people[number], trip))
    return house, trip, told


def asked_of(references):
    """Whom the first steps of requests ask."""
    lines = [line_of(one).id for one in references if isinstance(one, str)]
    first = sa.select(ApprovalStep.asks).where(ApprovalStep.line_id.in_(lines))
    return sorted(session().scalars(first.where(ApprovalStep.gate == 1)))


def test_who_came_second_knows_what_the_first_took(app, at, monkeypatch):
    house, trip, told = _two_at_once(app, monkeypatch)
    refused = [one for one in told if isinstance(one, BudgetMoved)]
    if session().get_bind().dialect.name == "sqlite":
        assert refused == []  # one writer at a time: the second one reads after the first
    monkeypatch.undo()
    for one in refused:
        assert "70,000 points now" in one.message
        second = (house.maya, house.omar)[told.index(one)]
        assert points_now(second).held < 30_000
        session().close()
        told.append(ask_for(second, trip, key=new_key()))
    assert asked_of(told) == sorted([Asks.MANAGER, Asks.FINANCE])
    assert ledger_violations() == []


def test_control_without_a_look_under_the_lock_both_pass_as_the_first(app, at, monkeypatch):
    monkeypatch.setattr(submit, "_refuse_moved_budget", lambda _asking, _budget_id: None)
    _house, _trip, told = _two_at_once(app, monkeypatch)
    if session().get_bind().dialect.name == "postgresql":
        assert asked_of(told) == [Asks.MANAGER, Asks.MANAGER]
    else:
        assert asked_of(told) == sorted([Asks.MANAGER, Asks.FINANCE])
