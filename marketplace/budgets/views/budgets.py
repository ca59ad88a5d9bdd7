"""Budgets in the browser: what is left of each, opening one, adding to one."""

from datetime import datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.budgets.forms import NEVER, BudgetForm, FundForm, PlaceForm, RefillForm
from marketplace.budgets.operations import NewBudget, fund_budget, open_budget
from marketplace.budgets.operations.funding import place_budget
from marketplace.budgets.operations.refills import RefillRule, set_refill
from marketplace.budgets.queries import (
    BudgetLeft,
    budget_choices,
    budget_entries,
    budget_named,
    budgets_list,
)
from marketplace.budgets.queries.forecast import NO_PACE, forecast, paces
from marketplace.budgets.queries.transfers import refill_of
from marketplace.budgets.queries.tree import WrongPlace, budget_tree
from marketplace.budgets.states import BudgetPurpose, Every, Leftover
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.people.queries import department_choices
from marketplace.web.deeds import once
from marketplace.web.filters import points_word
from marketplace.web.navigation import counts
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other

bp = Blueprint("budgets", __name__, url_prefix="/manage/budgets")


@bp.get("")
@requires(Permission.BUDGETS_MANAGE)
def overview() -> ResponseReturnValue:
    """Every budget: funded, reserved, spent and left."""
    today, budgets = clock.today(), budgets_list()
    pace = paces(today=today)
    forecasts = {
        one.budget_id: forecast(one, pace.get(one.budget_id, NO_PACE), today=today)
        for one in budgets
    }
    return render_page(
        "budgets/list.html",
        nodes=budget_tree(budgets),
        forecasts=forecasts,
        transfers=counts(current_actor()).get("transfers.overview", 0),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.BUDGETS_MANAGE)
def new() -> ResponseReturnValue:
    """Open a budget with its first points."""
    form = BudgetForm(department_choices(), budget_choices())
    if not form.validate_on_submit():
        return render_page("budgets/new.html", form=form)
    at = clock.now()
    try:
        once(form, lambda actor: _open(actor, form, at), at=at)
    except WrongPlace as refusal:
        form.parent.errors = [refusal.message]
        return render_page("budgets/new.html", form=form)
    except BadInput as refusal:
        form.slug.errors = [refusal.message]
        return render_page("budgets/new.html", form=form)
    flash_done(f"{form.name.data} is open with {points_word(form.points.data or 0)}.")
    return see_other("budgets.show", slug=form.address)


def _open(actor: Actor, form: BudgetForm, at: datetime) -> str:
    assert form.starts_on.data is not None
    assert form.ends_on.data is not None
    new_budget = NewBudget(
        slug=form.address,
        name=form.name.data or "",
        purpose=BudgetPurpose(form.purpose.data),
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        owner_id=actor.id,
        department_id=int(form.department.data) if form.department.data else None,
        parent_id=form.parent_id,
        cost_center=form.cost_center.data or "",
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
        return _show(budget, form)
    at = clock.now()

    def fund(actor: Actor) -> str:
        _fund(actor, budget.budget_id, form, at)
        return slug

    once(form, fund, at=at)
    flash_done(f"{points_word(form.points.data or 0)} added to {budget.name}.")
    return see_other("budgets.show", slug=slug)


def _show(budget: BudgetLeft, form: FundForm | None = None) -> ResponseReturnValue:
    today = clock.today()
    pace = paces(today=today).get(budget.budget_id, NO_PACE)
    return render_page(
        "budgets/show.html",
        budget=budget,
        form=form or FundForm(formdata=None),
        entries=budget_entries(budget.budget_id),
        forecast=forecast(budget, pace, today=today),
        refill=refill_of(budget.budget_id),
    )


@bp.route("/<slug>/place", methods=["GET", "POST"])
@requires(Permission.BUDGETS_MANAGE)
def place(slug: str) -> ResponseReturnValue:
    """Where a budget stands in the tree, and its cost center."""
    budget, form, at = budget_named(slug), PlaceForm(), clock.now()
    form.offer([one for one in budget_choices(budget.purpose) if one[0] != str(budget.budget_id)])
    if not form.validate_on_submit():
        if not form.is_submitted():
            form.parent.data = str(budget.parent_id or "")
            form.cost_center.data = budget.cost_center
        return render_page("budgets/place.html", budget=budget, form=form)
    parent_id, cost_center = form.parent_id, form.cost_center.data or ""

    def put(actor: Actor) -> str:
        place_budget(actor, budget.budget_id, parent_id, cost_center, at=at)
        return slug

    try:
        once(form, put, at=at)
    except BadInput as refusal:
        form.parent.errors = [refusal.message]
        return render_page("budgets/place.html", budget=budget, form=form)
    flash_done(f"{budget.name} has its place.")
    return see_other("budgets.show", slug=slug)


@bp.route("/<slug>/refill", methods=["GET", "POST"])
@requires(Permission.BUDGETS_MANAGE)
def refill(slug: str) -> ResponseReturnValue:
    """By what rule a budget is refilled."""
    budget, form, at = budget_named(slug), RefillForm(), clock.now()
    if not form.validate_on_submit():
        if not form.is_submitted():
            _show_refill(budget, form)
        return render_page("budgets/refill.html", budget=budget, form=form)
    rule = _refill_rule(form)

    def keep(actor: Actor) -> str:
        set_refill(actor, budget.budget_id, rule, at=at)
        return slug

    try:
        once(form, keep, at=at)
    except BadInput as refusal:
        form.starts_on.errors = [refusal.message]
        return render_page("budgets/refill.html", budget=budget, form=form)
    flash_done("It is refilled by the new rule." if rule else "It is not refilled any more.")
    return see_other("budgets.show", slug=slug)


def _show_refill(budget: BudgetLeft, form: RefillForm) -> None:
    rule = refill_of(budget.budget_id)
    if rule is None:
        return
    form.every.data, form.points.data = rule.every.value, rule.points
    form.per_head.data, form.leftover.data = rule.per_head, rule.leftover.value
    form.starts_on.data = rule.starts_on


def _refill_rule(form: RefillForm) -> RefillRule | None:
    if form.every.data == NEVER or form.starts_on.data is None:
        return None
    return RefillRule(
        every=Every(form.every.data),
        points=form.points.data or 0,
        per_head=bool(form.per_head.data),
        leftover=Leftover(form.leftover.data),
        starts_on=form.starts_on.data,
    )
