"""Budgets: what is left decides, once per reference, and every change is told."""

from datetime import date

import pytest
import sqlalchemy as sa

from marketplace.budgets.models import BudgetEntry
from marketplace.budgets.operations import (
    BudgetCommitted,
    BudgetExceeded,
    BudgetFull,
    BudgetMismatch,
    NewBudget,
    ReferenceReused,
    fund_budget,
    give_back,
    open_budget,
    release,
    reserve,
    spend,
    spend_reserved,
)
from marketplace.budgets.queries import (
    budget_left,
    budget_named,
    budgets_list,
    rewards_budget_for,
)
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import LARGEST_AMOUNT, session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.ledger.check import ledger_violations
from tests.support.ledger import open_funded_budget
from tests.support.people import actor, employ_leo, employ_maya, employ_priya


@pytest.fixture
def spring(at):
    return open_funded_budget(1_000, slug="spring")


def do(operation, budget, points, reference, at):
    with transaction():
        operation(budget, points, reference=reference, at=at)


def counters(budget):
    left = budget_left(budget)
    return left.amount, left.reserved, left.spent, left.left


def test_a_reservation_is_spent_or_released(spring, at):
    do(reserve, spring, 300, "line:1", at)
    do(reserve, spring, 200, "line:2", at)
    assert counters(spring) == (1_000, 500, 0, 500)
    do(spend_reserved, spring, 300, "line:1", at)
    do(release, spring, 200, "line:2", at)
    assert counters(spring) == (1_000, 0, 300, 700)


@pytest.mark.parametrize("operation", [spend, reserve])
def test_more_than_is_left_is_refused_with_the_numbers(spring, at, operation):
    do(spend, spring, 900, "order:1", at)
    with pytest.raises(BudgetExceeded, match=r"needs 101 points.*has 100 left, so 1 is") as no:
        do(operation, spring, 101, "order:2", at)
    assert (no.value.facts["needed"], no.value.facts["left"]) == (101, 100)
    assert counters(spring) == (1_000, 0, 900, 100)


@pytest.mark.parametrize("operation", [spend, reserve])
def test_a_refusal_changes_nothing_even_when_the_caller_goes_on(spring, at, operation):
    with transaction(), pytest.raises(BudgetExceeded):
        operation(spring, 1_001, reference="order:1", at=at)
    do(operation, spring, 1_000, "order:1", at)
    assert budget_left(spring).left == 0


@pytest.mark.parametrize("operation", [spend, reserve])
def test_the_same_reference_again_does_nothing(spring, at, operation):
    for _ in range(3):
        do(operation, spring, 600, "order:1", at)
    assert budget_left(spring).left == 400


@pytest.mark.parametrize("operation", [spend, reserve])
def test_the_same_reference_with_other_points_is_refused(spring, at, operation):
    do(operation, spring, 600, "order:1", at)
    for other in (500, 601):
        with pytest.raises(ReferenceReused, match="entered before with 600 points"):
            do(operation, spring, other, "order:1", at)
    assert budget_left(spring).left == 400


def test_what_was_spent_can_be_given_back_and_no_more(spring, at):
    do(spend, spring, 300, "order:1", at)
    do(give_back, spring, 300, "order:1", at)
    assert counters(spring) == (1_000, 0, 0, 1_000)
    with pytest.raises(BudgetMismatch):
        do(give_back, spring, 1, "order:2", at)


@pytest.mark.parametrize("operation", [spend_reserved, release])
def test_what_was_never_reserved_cannot_be_spent_or_released(spring, at, operation):
    with pytest.raises(BudgetMismatch):
        do(operation, spring, 1, "line:1", at)


@pytest.mark.parametrize("points", [0, -5])
def test_a_budget_is_drawn_on_by_at_least_one_point(spring, at, points):
    with pytest.raises(BadInput):
        do(spend, spring, points, "order:1", at)


def fund(budget, points, reference, at):
    with transaction():
        fund_budget(budget, points, reference=reference, reason="More", actor_id=None, at=at)


def test_funding_happens_once_per_reference_and_is_issued_in_the_ledger(spring, at):
    fund(spring, 500, "fund:1", at)
    fund(spring, 500, "fund:1", at)
    assert budget_left(spring).amount == 1_500
    assert ledger_violations() == []


def test_funding_under_a_used_key_with_other_points_says_so(spring, at):
    fund(spring, 500, "fund:1", at)
    with pytest.raises(ReferenceReused, match="with 500 points, not 700"):
        fund(spring, 700, "fund:1", at)
    assert budget_left(spring).amount == 1_500
    assert ledger_violations() == []


def test_a_budget_counts_up_to_the_largest_amount(spring, at):
    fund(spring, LARGEST_AMOUNT - 1_000, "fund:1", at)
    with pytest.raises(BudgetFull, match="1 more don't fit"):
        fund(spring, 1, "fund:2", at)
    fund(spring, LARGEST_AMOUNT - 1_000, "fund:1", at)
    assert budget_left(spring).amount == LARGEST_AMOUNT
    assert ledger_violations() == []


@pytest.mark.parametrize("purpose", list(BudgetPurpose))
def test_who_funded_a_budget_is_kept_once_per_reference(purpose, at):
    budget, priya = open_funded_budget(0, slug="spring", purpose=purpose), employ_priya()
    with transaction():
        for reference in ("fund:1", "fund:1"):
            fund_budget(budget, 5, reference=reference, reason="More", actor_id=priya, at=at)
    noted = sa.select(AuditEntry.actor_id).where(AuditEntry.action == "budgets.fund")
    assert list(session().scalars(noted)) == [priya]


def test_a_budget_is_never_lowered_below_what_is_committed(spring, at):
    do(spend, spring, 600, "order:1", at)
    with pytest.raises(BudgetCommitted, match="by 400 points at most, not by 401"):
        fund(spring, -401, "lower:1", at)
    fund(spring, -400, "lower:2", at)
    assert counters(spring) == (600, 0, 600, 0)
    with pytest.raises(BadInput):
        fund(spring, 0, "nothing", at)


def test_every_change_is_told_in_order(spring, at):
    do(reserve, spring, 10, "line:1", at)
    do(spend_reserved, spring, 10, "line:1", at)
    told = session().execute(
        sa.select(BudgetEntry.kind, BudgetEntry.points).order_by(BudgetEntry.id)
    )
    assert [tuple(row) for row in told] == [
        ("fund", 1_000),
        ("reserve", 10),
        ("spend_reserved", 10),
    ]


def test_a_department_draws_on_its_own_rewards_budget_first(at):
    maya, leo = actor(employ_maya()), actor(employ_leo())
    common = open_funded_budget(500, slug="common", purpose=BudgetPurpose.REWARDS)
    own = open_funded_budget(
        500, slug="own", purpose=BudgetPurpose.REWARDS, department_id=maya.department_id
    )
    open_funded_budget(500, slug="awards")

    def budget_for(department_id, on):
        found = rewards_budget_for(department_id, on=on)
        return found and found.budget_id

    assert budget_for(maya.department_id, at.date()) == own
    assert budget_for(leo.department_id, at.date()) == common
    assert budget_for(None, at.date()) == common
    assert budget_for(maya.department_id, date(2030, 1, 1)) is None


def test_budgets_are_found_by_name_and_purpose(spring, at):
    open_funded_budget(500, slug="travel", purpose=BudgetPurpose.REWARDS)
    assert budget_named("spring").budget_id == spring
    assert [one.slug for one in budgets_list()] == ["spring", "travel"]
    assert [one.slug for one in budgets_list(purpose=BudgetPurpose.REWARDS)] == ["travel"]
    with pytest.raises(NotFound):
        budget_named("autumn")
    with pytest.raises(NotFound):
        budget_left(999_999)


@pytest.mark.parametrize(
    "wrong",
    [{"slug": "spring"}, {"slug": " "}, {"name": ""}, {"ends_on": date(2025, 12, 31)}],
    ids=["slug taken", "no slug", "no name", "ends before it starts"],
)
def test_a_budget_that_makes_no_sense_is_not_opened(spring, at, wrong):
    given = {
        "slug": "summer",
        "name": "Summer",
        "purpose": BudgetPurpose.AWARDS,
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
    }
    with pytest.raises(BadInput), transaction():
        open_budget(NewBudget(**(given | wrong)), actor_id=None, at=at)
