"""Priya settles no contest that she has a prize in; somebody else does."""

import pytest

from marketplace.access.roles import Role
from marketplace.kernel.db import session
from marketplace.ledger.queries import points_of
from marketplace.programs.contests.terms import Prize
from marketplace.programs.states import ProgramState
from tests.support.browsing import send
from tests.support.catalog import stock_lisbon_trip
from tests.support.contests import report, run_contest, seal_on, sell
from tests.support.people import employ, employ_maya, employ_priya

DESK = "/manage/programs/autumn-race"


@pytest.fixture
def ines(at):
    return employ("Ines Carvalho", department="People", roles=(Role.PROGRAM_MANAGER,))


def has(employee_id, at):
    session().close()
    return points_of(employee_id, at=at).available


def test_a_winner_does_not_settle_and_somebody_else_does(sign_in, ines, at):
    priya, maya = employ_priya(), employ_maya()
    contest = run_contest()
    report(sell(priya, 900), sell(maya, 500))
    contest.move(ProgramState.CLOSED)
    browser = sign_in(priya)
    refused = send(browser, f"{DESK}/settle", seal=seal_on(browser, DESK))
    assert refused.status_code == 403
    assert "It would bring you 3,000 points" in refused.text
    assert "Ines Carvalho can settle it." in refused.text
    assert (contest.state, has(priya, at), has(maya, at)) == (ProgramState.CLOSED, 0, 0)
    other = sign_in(ines)
    assert send(other, f"{DESK}/settle", seal=seal_on(other, DESK)).status_code == 303
    assert (has(priya, at), has(maya, at)) == (3_000, 1_000)


def test_a_reward_is_a_prize_as_well(sign_in, at):
    trip = stock_lisbon_trip()
    contest = run_contest(places=1, prizes=(Prize(1, 1, 0, trip.variant_id, "Lisbon"),))
    priya = employ_priya()
    report(sell(priya, 900))
    contest.move(ProgramState.CLOSED)
    browser = sign_in(priya)
    refused = send(browser, f"{DESK}/settle", seal=seal_on(browser, DESK))
    assert refused.status_code == 403
    assert "It would bring you a reward" in refused.text


def test_who_wins_nothing_settles(sign_in, at):
    contest = run_contest(places=1, prizes=(Prize(1, 1, 3_000),))
    priya, maya = employ_priya(), employ_maya()
    report(sell(priya, 100), sell(maya, 500))
    contest.move(ProgramState.CLOSED)
    browser = sign_in(priya)
    assert send(browser, f"{DESK}/settle", seal=seal_on(browser, DESK)).status_code == 303
    assert contest.state is ProgramState.SETTLED
