"""A form that funds a budget counts once, for one budget and with what it said."""

from datetime import date

from marketplace.budgets.operations import NewBudget, open_budget
from marketplace.budgets.queries import budget_named
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel.db import session, transaction
from tests.support.browsing import hidden_fields
from tests.support.people import employ_priya


def left_of(slug):
    session().close()
    return budget_named(slug).left


def test_priyas_form_for_one_budget_funds_no_other_and_no_other_amount(sign_in, at):
    with transaction():
        for slug in ("spring", "autumn"):
            days = (date(2026, 1, 1), date(2026, 12, 31))
            open_budget(NewBudget(slug, slug, BudgetPurpose.AWARDS, *days), actor_id=None, at=at)
    priya = sign_in(employ_priya())
    form = hidden_fields(priya.get("/manage/budgets/spring").text)
    form |= {"points": "500", "reason": "Plan"}
    first = priya.post("/manage/budgets/spring", data=form)
    again = priya.post("/manage/budgets/spring", data=form)
    more = priya.post("/manage/budgets/spring", data=form | {"points": "900"})
    other = priya.post("/manage/budgets/autumn", data=form)
    statuses = [answer.status_code for answer in (first, again, more, other)]
    assert statuses == [303, 303, 422, 422]
    assert (left_of("spring"), left_of("autumn")) == (500, 0)
