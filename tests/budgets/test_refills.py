"""Budgets refill themselves by the calendar, each time once, and a missed time is made up."""

from datetime import date, timedelta

import pytest

from marketplace.budgets.jobs import refill_budgets
from marketplace.budgets.operations import fund_budget, spend
from marketplace.budgets.operations.refills import RefillRule, refill_budget, set_refill
from marketplace.budgets.queries import budget_entries, budget_left
from marketplace.budgets.states import Every, Leftover
from marketplace.kernel import clock
from marketplace.kernel.db import LARGEST_AMOUNT, session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.ledger.check import ledger_violations
from marketplace.people.operations.employment import department_named
from marketplace.people.queries import actor_of
from tests.support.ledger import open_funded_budget
from tests.support.people import employ, employ_priya


@pytest.fixture
def priya(at):
    return actor_of(employ_priya())


def refilled(priya, budget, at, **rule):
    kept = {"every": Every.MONTH, "points": 500, "per_head": False, "leftover": Leftover.KEPT}
    with transaction():
        set_refill(priya, budget, RefillRule(**{**kept, "starts_on": at.date(), **rule}), at=at)


def run(budget, today, at):
    with transaction():
        return refill_budget(budget, today=today, at=at)


def test_each_month_once_however_often_the_job_runs(priya, at):
    budget = open_funded_budget(100, slug="spring")
    refilled(priya, budget, at)
    assert [run(budget, at.date(), at) for _ in range(3)] == [500, 0, 0]
    assert run(budget, at.date() + timedelta(days=31), at) == 500
    assert budget_left(budget).left == 1_100
    assert ledger_violations() == []


def test_months_that_nobody_ran_the_job_are_made_up(priya, at):
    budget = open_funded_budget(0, slug="spring")
    refilled(priya, budget, at)
    assert run(budget, at.date() + timedelta(days=65), at) == 1_500


def test_so_many_for_each_active_person_of_the_department(priya, at):
    for name in ("Leo Martins", "Ana Sousa"):
        employ(name, department="Sales")
    budget = open_funded_budget(0, slug="sales", department_id=department_named_in("Sales"))
    refilled(priya, budget, at, per_head=True, points=40)
    assert run(budget, at.date(), at) == 80
    assert "40 for each of 2 people" in budget_entries(budget)[0].reason


def department_named_in(name):
    with transaction():
        return department_named(name)


def test_what_is_left_lapses_first_when_the_rule_says_so(priya, at):
    budget = open_funded_budget(300, slug="spring")
    refilled(priya, budget, at, leftover=Leftover.LAPSES)
    with transaction():
        spend(budget, 120, reference="order:1", at=at)
    run(budget, at.date(), at)
    assert budget_left(budget).left == 500


def test_the_last_day_of_a_month_stays_the_last_day(priya, at, monkeypatch):
    budget = open_funded_budget(0, slug="spring")
    refilled(priya, budget, at, starts_on=date(2026, 12, 31))
    assert run(budget, date(2027, 2, 27), at) == 1_000
    assert run(budget, date(2027, 2, 28), at) == 500


def test_the_nightly_job_refills_what_is_due(priya, at, monkeypatch):
    budget = open_funded_budget(0, slug="spring")
    refilled(priya, budget, at, starts_on=at.date() + timedelta(days=1))
    refill_budgets()
    assert budget_left(budget).left == 0
    monkeypatch.setattr(clock, "today", lambda: at.date() + timedelta(days=1))
    refill_budgets()
    session().close()
    assert budget_left(budget).left == 500


def test_a_budget_that_cannot_be_refilled_keeps_no_other_from_it(priya, at):
    full, spring = open_funded_budget(1, slug="full"), open_funded_budget(0, slug="spring")
    with transaction():
        fund_budget(
            full, LARGEST_AMOUNT - 1, reference="all", reason="All", actor_id=priya.id, at=at
        )
    for budget in (full, spring):
        refilled(priya, budget, at)
    refill_budgets()
    session().close()
    assert (budget_left(full).left, budget_left(spring).left) == (LARGEST_AMOUNT, 500)


def test_what_is_left_lapses_once_though_nobody_is_there_to_refill_for(priya, at):
    budget = open_funded_budget(300, slug="sales", department_id=department_named_in("Sales"))
    refilled(priya, budget, at, per_head=True, points=40, leftover=Leftover.LAPSES)
    assert (run(budget, at.date(), at), budget_left(budget).left) == (0, 0)
    with transaction():
        fund_budget(budget, 70, reference="by-hand", reason="Fair", actor_id=priya.id, at=at)
    employ("Leo Martins", department="Sales")
    assert run(budget, at.date() + timedelta(days=1), at) == 0
    assert budget_left(budget).left == 70
    assert ledger_violations() == []


def test_a_first_day_in_the_past_or_outside_the_budget_is_refused(priya, at):
    budget = open_funded_budget(0, slug="spring")
    for day, words in (
        (at.date() - timedelta(days=1), "today or later"),
        (date(2099, 1, 1), "Let the first refill lie between"),
    ):
        with pytest.raises(BadInput, match=words):
            refilled(priya, budget, at, starts_on=day)
    refilled(priya, budget, at)
    with transaction():
        set_refill(priya, budget, None, at=at)
    refill_budgets()
    assert budget_left(budget).left == 0


def test_a_month_in_which_nobody_worked_there_is_not_made_up_later(priya, at):
    budget = open_funded_budget(0, slug="sales", department_id=department_named_in("Nowhere"))
    refilled(priya, budget, at, per_head=True, points=40)
    assert [run(budget, at.date() + timedelta(days=days), at) for days in (0, 35, 65)] == [0, 0, 0]
    employ("Leo Martins", department="Nowhere")
    assert run(budget, at.date() + timedelta(days=66), at) == 0
    assert run(budget, at.date() + timedelta(days=95), at) == 40


def test_a_faster_rhythm_brings_nothing_for_months_gone_by(priya, at):
    budget = open_funded_budget(0, slug="spring")
    refilled(priya, budget, at, every=Every.QUARTER)
    assert run(budget, at.date(), at) == 500
    later = at + timedelta(days=75)
    with transaction():
        set_refill(priya, budget, RefillRule(Every.MONTH, 100, False, Leftover.KEPT, at.date()),
                   at=later)  # fmt: skip
    assert run(budget, later.date(), later) == 0
    assert run(budget, at.date() + timedelta(days=95), later) == 100


def test_what_was_missed_before_a_change_comes_by_the_rule_before(priya, at):
    budget = open_funded_budget(0, slug="spring")
    refilled(priya, budget, at)
    later = at + timedelta(days=40)
    with transaction():
        set_refill(priya, budget, None, at=later)
    assert budget_left(budget).left == 1_000


def test_the_last_refill_is_made_up_after_the_budget_ended_and_only_once(priya, at, monkeypatch):
    budget = open_funded_budget(0, slug="spring")
    refilled(priya, budget, at, every=Every.YEAR, starts_on=date(at.year, 12, 31))
    monkeypatch.setattr(clock, "today", lambda: date(at.year + 2, 3, 1))
    for _ in range(2):
        refill_budgets()
        session().close()
        assert budget_left(budget).left == 1_000


def test_a_budget_that_is_full_holds_up_no_other(priya, at):
    full, spring = open_funded_budget(LARGEST_AMOUNT, slug="full"), open_funded_budget(0, slug="s")
    for budget in (full, spring):
        refilled(priya, budget, at)
    refill_budgets()
    session().close()
    assert (budget_left(full).left, budget_left(spring).left) == (LARGEST_AMOUNT, 500)
