"""Two people enter the same reference at once: one is told that it is there."""

import threading
from datetime import date

import pytest

from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.people.queries import actor_of
from marketplace.programs.models import Result, ResultChange
from marketplace.programs.operations import hand, results
from marketplace.programs.operations.results import Reported
from marketplace.programs.queries import metric_named
from tests.support.people import employ_maya, employ_priya
from tests.support.programs import run_program
from tests.support.racing import all_at_once

pytestmark = pytest.mark.race


@pytest.fixture
def enter(app, at):
    run_program()
    maya, priya = employ_maya(), actor_of(employ_priya())
    metric_id = metric_named("revenue").id
    session().close()

    def work(number):
        fact = Reported(maya, date(2026, 11, 2), 10_000 + number, "SO1", "SO1", {})
        with transaction():
            hand.enter_new_result(metric_id, fact, reason=f"Number {number}", actor=priya, at=at)
        return "entered"

    return lambda count: all_at_once(app, count, work)


def test_one_is_entered_and_the_others_are_told(enter):
    outcomes = enter(6)
    assert outcomes.count("entered") == 1
    assert sum(isinstance(outcome, BadInput) for outcome in outcomes) == 5
    assert session().query(Result).count() == session().query(ResultChange).count() == 1


@pytest.mark.postgres
def test_control_without_the_lock_somebody_writes_over_it_or_fails(enter, engine, monkeypatch):
    if engine == "sqlite":
        pytest.skip("SQLite lets writers take turns before they look")
    both_looked, look, here = threading.Barrier(2), hand.result_named, set()

    def look_together(metric_id, reference):
        found, who = look(metric_id, reference), threading.get_ident()
        if who not in here:
            here.add(who)
            both_looked.wait(timeout=10)
        return found

    monkeypatch.setattr(hand, "lock_results", lambda _metric_id: None)
    monkeypatch.setattr(results, "lock_results", lambda _metric_id: None)
    monkeypatch.setattr(hand, "result_named", look_together)
    outcomes = enter(2)
    assert not any(isinstance(outcome, BadInput) for outcome in outcomes)
