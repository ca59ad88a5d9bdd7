"""The tree of cost centers sums up, never circles, and each budget says how long it lasts."""

from datetime import timedelta

import pytest

from marketplace.budgets.operations import spend
from marketplace.budgets.operations.funding import place_budget
from marketplace.budgets.queries import budget_left, budgets_list
from marketplace.budgets.queries.forecast import NO_PACE, forecast, paces
from marketplace.budgets.queries.transfers import transfer_rows
from marketplace.budgets.queries.tree import budget_tree
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.people.queries import actor_of
from tests.support.browsing import send
from tests.support.ledger import open_funded_budget
from tests.support.page_lint import lint_page
from tests.support.people import employ_omar, employ_priya


@pytest.fixture
def budgets(at):
    return [open_funded_budget(points, slug=slug) for slug, points in
            (("company", 1_000), ("sales", 400), ("field", 100))]  # fmt: skip


def place(budget, parent, at, cost_center="CC-1"):
    with transaction():
        place_budget(actor_of(employ_priya()), budget, parent, cost_center, at=at)


def test_each_budget_stands_below_its_parent_and_sums_what_is_below(budgets, at):
    company, sales, field = budgets
    place(sales, company, at)
    place(field, sales, at)
    with transaction():
        spend(field, 30, reference="order:1", at=at)
    nodes = {node.budget.slug: node for node in budget_tree(budgets_list())}
    assert [nodes[slug].depth for slug in ("company", "sales", "field")] == [0, 1, 2]
    assert (nodes["company"].amount, nodes["company"].left) == (1_500, 1_470)
    assert nodes["sales"].spent == 30
    assert budget_left(company).left == 1_000


def test_a_budget_never_stands_under_itself(budgets, at):
    company, sales, field = budgets
    place(sales, company, at)
    place(field, sales, at)
    for parent in (company, field):
        with pytest.raises(BadInput, match="can't stand under itself"):
            place(company, parent, at)
    session().close()
    assert budget_left(company).parent_id is None


@pytest.mark.parametrize(
    ("spent", "words"),
    [
        ((), "No forecast yet"),
        ((1, 1, 1), "It lasts until its end"),
        ((200, 200, 300), "used up in 4 days"),
        ((200, 200, 600), "It is used up"),
    ],
)
def test_the_forecast_is_honest_about_what_it_knows(budgets, at, spent, words):
    company = budgets[0]
    for number, points in enumerate(spent):
        with transaction():
            spend(company, points, reference=f"order:{number}", at=at)
    today = at.date() + timedelta(days=10)
    budget = budget_left(company)
    assert words in forecast(budget, paces(today=today).get(company, NO_PACE), today=today)


def test_a_quiet_time_before_a_busy_week_counts_for_the_pace(budgets, at):
    company, later = budgets[0], at + timedelta(days=200)
    for number in range(3):
        with transaction():
            spend(company, 30, reference=f"order:{number}", at=later)
    pace = paces(today=(later + timedelta(days=5)).date())[company]
    assert (pace.points, pace.days) == (90, 90)


def test_points_to_give_and_rewards_to_choose_make_no_common_sum(budgets, at):
    rewards = open_funded_budget(50, slug="rewards", purpose=BudgetPurpose.REWARDS)
    with pytest.raises(BadInput, match="no common sum"):
        place(rewards, budgets[0], at)


def test_priya_places_refills_and_moves_and_omar_is_not_let_in(sign_in, budgets, at):
    priya, omar = sign_in(employ_priya()), sign_in(employ_omar())
    base = "/manage/budgets"
    assert omar.get(f"{base}/transfers").status_code == 403
    place_page = f"{base}/sales/place"
    assert send(priya, place_page, parent=str(budgets[0]), cost_center="CC 7").status_code == 303
    refill_page = f"{base}/sales/refill"
    wrong = send(priya, refill_page, every="month", points="ten", leftover="kept", starts_on="")
    assert wrong.status_code == 422
    assert "Enter the day of the first refill." in wrong.text
    said = send(
        priya, refill_page, every="month", points="50", leftover="lapses", starts_on="2026-12-01"
    )
    assert said.status_code == 303
    moved = send(priya, f"{base}/transfers/new", giver=str(budgets[0]), taker=str(budgets[1]),
                 points="100", reason="A fair")  # fmt: skip
    assert moved.status_code == 303
    pages = [base, f"{base}/sales", place_page, refill_page, f"{base}/transfers",
             f"{base}/transfers/new"]  # fmt: skip
    for address in pages:
        page = priya.get(address)
        assert lint_page(page.text) == [], address
    assert "1,400 with those below" in priya.get(base).text
    assert "What is left lapses first" in priya.get(f"{base}/sales").text
    approve = send(priya, f"{base}/transfers", f"{base}/transfers/{transfer_rows()[0].id}/approve")
    assert approve.status_code == 403
