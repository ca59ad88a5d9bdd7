"""Settling: what people deserve against what they were granted, and nothing twice."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.models import Award
from marketplace.awards.operations import AwardReport, BudgetExceeded, Entitled, settle_awards
from marketplace.awards.queries import award_stories
from marketplace.budgets.queries import budget_left
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.models import Transfer
from marketplace.ledger.operations import capture_hold
from marketplace.ledger.queries import points_of
from tests.support.ledger import hold, note_program, open_funded_budget
from tests.support.people import employ_leo, employ_maya


@pytest.fixture
def maya(at):
    return employ_maya()


@pytest.fixture
def leo(at):
    return employ_leo()


@pytest.fixture
def spring(maya, at):
    budget = open_funded_budget(1_000, slug="spring")
    with transaction():
        note_program(1, budget, maya)
        note_program(2, budget, maya)
    return budget


def deserves(employee_id, points, budget, *, subject="SO-1", **details):
    given = {
        "program_id": 1, "rule_version": 1, "reason": f"Order {subject}",
        "occurred_on": date(2026, 11, 2),
        "explanation": {"event": f"Order {subject}", "rule": "All", "formula": f"{points}"},
    }  # fmt: skip
    return Entitled(
        employee_id=employee_id, points=points, budget_id=budget, subject=subject, **given | details
    )


def settle(*entitled, at):
    with transaction():
        return settle_awards(entitled, actor=Actor.system(), at=at)


def awards():
    rows = session().execute(sa.select(Award.revision, Award.points).order_by(Award.id))
    return [tuple(row) for row in rows]


def test_what_is_deserved_is_granted_once(maya, spring, at):
    report = settle(deserves(maya, 120, spring), at=at)
    assert report == AwardReport(given=1, points_given=120, people=1)
    again = settle(deserves(maya, 120, spring), at=at)
    assert again == AwardReport(unchanged=1)
    assert points_of(maya, at=at).available == 120
    assert budget_left(spring).spent == 120
    assert ledger_violations() == []


def test_a_correction_grants_or_takes_back_the_difference(maya, spring, at):
    for points in (120, 150, 90, 0, 40):
        settle(deserves(maya, points, spring), at=at)
        assert points_of(maya, at=at).available == points
        assert budget_left(spring).spent == points
    assert awards() == [(1, 120), (2, 30), (3, -60), (4, -90), (5, 40)]
    assert ledger_violations() == []


def test_an_order_that_moves_to_another_person_takes_its_points_along(maya, leo, spring, at):
    settle(deserves(maya, 120, spring), at=at)
    report = settle(deserves(maya, 0, spring), deserves(leo, 120, spring), at=at)
    assert (report.given, report.taken_back) == (1, 1)
    assert (points_of(maya, at=at).available, points_of(leo, at=at).available) == (0, 120)


def test_points_that_are_spent_already_are_owed(maya, spring, at):
    settle(deserves(maya, 120, spring), at=at)
    held = hold(maya, 100)
    with transaction():
        capture_hold(held, actor_id=maya, at=at)
    settle(deserves(maya, 0, spring), at=at)
    assert (points_of(maya, at=at).available, points_of(maya, at=at).owed) == (0, 100)
    settle(deserves(maya, 130, spring, subject="SO-2"), at=at)
    assert (points_of(maya, at=at).available, points_of(maya, at=at).owed) == (30, 0)
    assert ledger_violations() == []


def test_beyond_the_budget_nothing_happens_for_anybody(maya, leo, spring, at):
    with pytest.raises(BudgetExceeded, match=r"needs 1,001 points.*has 1,000 left") as refusal:
        settle(deserves(maya, 1, spring), deserves(leo, 1_000, spring, subject="SO-2"), at=at)
    assert refusal.value.facts["needed"] == 1_001
    assert awards() == []
    assert session().scalar(sa.select(sa.func.count(Transfer.id))) == 1  # the funding
    assert budget_left(spring).spent == 0


def test_a_refusal_changes_nothing_even_when_the_caller_goes_on(maya, spring, at):
    with transaction():
        with pytest.raises(BudgetExceeded):
            settle_awards([deserves(maya, 1_001, spring)], actor=Actor.system(), at=at)
        settle_awards([deserves(maya, 1_000, spring)], actor=Actor.system(), at=at)
    assert points_of(maya, at=at).available == 1_000


def test_points_taken_back_in_the_same_settlement_count_for_the_budget(maya, leo, spring, at):
    settle(deserves(maya, 1_000, spring), at=at)
    settle(deserves(maya, 400, spring), deserves(leo, 600, spring), at=at)
    assert budget_left(spring).left == 0
    assert ledger_violations() == []


def test_points_go_back_to_the_budget_they_came_from(maya, spring, at):
    autumn = open_funded_budget(500, slug="autumn")
    settle(deserves(maya, 300, spring), at=at)
    settle(deserves(maya, 100, autumn), at=at)
    assert (budget_left(spring).spent, budget_left(autumn).spent) == (100, 0)
    settle(deserves(maya, 200, autumn), at=at)
    assert (budget_left(spring).spent, budget_left(autumn).spent) == (100, 100)
    assert ledger_violations() == []


def test_two_programs_and_two_people_share_a_subject_without_mixing(maya, leo, spring, at):
    both = [
        deserves(maya, 10, spring), deserves(leo, 20, spring),
        deserves(maya, 30, spring, program_id=2),
    ]  # fmt: skip
    assert settle(*both, at=at).points_given == 60
    assert settle(*both, at=at).unchanged == 3
    assert (points_of(maya, at=at).available, points_of(leo, at=at).available) == (40, 20)


def test_nothing_deserved_and_nothing_granted_is_nothing(maya, spring, at):
    assert settle(at=at) == AwardReport()
    assert settle(deserves(maya, 0, spring), at=at) == AwardReport(unchanged=1)
    assert awards() == []


def test_a_settlement_that_contradicts_itself_is_refused(maya, spring, at):
    with pytest.raises(BadInput, match="stands twice"):
        settle(deserves(maya, 10, spring), deserves(maya, 20, spring), at=at)
    with pytest.raises(BadInput, match="less than 0"):
        settle(deserves(maya, -1, spring), at=at)
    assert awards() == []


def test_points_may_end_on_a_day(maya, spring, at):
    ending = replace(deserves(maya, 10, spring), expires_at=at + timedelta(days=10))
    settle(ending, at=at)
    assert points_of(maya, at=at).expiring_soon == 10


def test_an_award_tells_its_story(maya, spring, at):
    explanation = {
        "event": "Order SO-1 of 2 November", "rule": "Order points", "formula": "12 × 10 = 120",
    }  # fmt: skip
    settle(deserves(maya, 120, spring, rule_version=4, explanation=explanation), at=at)
    transfer = session().scalar(sa.select(Award.transfer_id)) or 0
    (story,) = award_stories([transfer, transfer + 1])
    assert (story.event, story.rule, story.formula, story.rule_version) == (
        "Order SO-1 of 2 November", "Order points", "12 × 10 = 120", 4,
    )  # fmt: skip


def test_thousands_of_awards_are_settled_in_one_go(maya, leo, at, spring):
    budget = open_funded_budget(1_000_000, slug="large")
    many = [
        deserves((maya, leo)[n % 2], 1 + n % 40, budget, subject=f"SO-{n:04}") for n in range(3_796)
    ]
    assert settle(*many, at=at).given == 3_796
    assert settle(*many, at=at).unchanged == 3_796
    assert ledger_violations() == []
