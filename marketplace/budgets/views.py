"""Budgets in the browser: what is left of each, opening one, adding to one."""

from datetime import datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.budgets.forms import BudgetForm, FundForm
from marketplace.budgets.operations import NewBudget, fund_budget, open_budget
from marketplace.budgets.queries import budget_entries, budget_named, budgets_list
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.people.queries import department_choices
from marketplace.web.deeds import once
from marketplace.web.filters import points_word
from marketplace.web.pages import flash_done, render_page, requires, see_other

bp = Blueprint("budgets", __name__, url_prefix="/manage/budgets")


@bp.get("")
@requires(Permission.BUDGETS_MANAGE)
def overview() -> ResponseReturnValue:
    """Every budget: funded, reserved, spent and left."""
    return render_page("budgets/list.html", budgets=budgets_list())


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.BUDGETS_MANAGE)
def new() -> ResponseReturnValue:
    """Open a budget with its first points."""
    form = BudgetForm(department_choices())
    if not form.validate_on_submit():
        return render_page("budgets/new.html", form=form)
    at = clock.now()
    try:
        once(form, lambda actor: _open(actor, form, at), at=at)
    except BadInput as refusal:
        form.slug.errors = [refusal.message]
        return render_page("budgets/new.html", form=form)
    flash_done(f"{form.name.data} is open with {points_word(form.points.data or 0)}.")
    return see_other("budgets.show", slug=form.slug.data)


def _open(actor: Actor, form: BudgetForm, at: datetime) -> str:
    assert form.starts_on.data is not None
    assert form.ends_on.data is not None
    new_budget = NewBudget(
        slug=form.slug.data or "",
        name=form.name.data or "",
        purpose=BudgetPurpose(form.purpose.data),
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        owner_id=actor.id,
        department_id=int(form.department.data) if form.department.data else None,
    )
    budget_id = open_budget(new_budget, actor_id=actor.id, at=at)
    _fund(actor, budget_id, form, at)
    return new_budget.slug


def _fund(actor: Actor, budget_id: int, form: FundForm, at: datetime) -> None:
    fund_budget(
        budget_id,
        form.points.data or 0,
        reference=f"page:{form.key}",
        reason=form.reason.data or "",
        actor_id=actor.id,
        at=at,
    )


@bp.route("/<slug>", methods=["GET", "POST"])
@requires(Permission.BUDGETS_MANAGE)
def show(slug: str) -> ResponseReturnValue:
    """One budget with its entries; more points can be added."""
    budget, form = budget_named(slug), FundForm()
    if not form.validate_on_submit():
        entries = budget_entries(budget.budget_id)
        return render_page("budgets/show.html", budget=budget, form=form, entries=entries)
    at = clock.now()

    def fund(actor: Actor) -> str:
        _fund(actor, budget.budget_id, form, at)
        return slug

    once(form, fund, at=at)
    flash_done(f"{points_word(form.points.data or 0)} added to {budget.name}.")
    return see_other("budgets.show", slug=slug)
