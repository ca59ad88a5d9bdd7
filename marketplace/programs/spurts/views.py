"""Spurts at the manager's desk: one page with its preview, a check, and the launch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.budgets.queries import BudgetLeft, budget_left, budgets_list
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel import clock
from marketplace.people.queries import department_choices
from marketplace.programs.making import new_program, rule_to_change, save_draft, set_new_rule
from marketplace.programs.measures import Counting, Measure
from marketplace.programs.models import Program
from marketplace.programs.operations.programs import NewProgram
from marketplace.programs.queries.desk import program_of
from marketplace.programs.queries.rules import current_rule, metric_words
from marketplace.programs.spurts import panels  # noqa: F401  registers what it shows elsewhere
from marketplace.programs.spurts.forms import Legs, SpurtForm, SpurtRuleForm
from marketplace.programs.spurts.operations import rewrite_draft
from marketplace.programs.spurts.policies import budget_verdict
from marketplace.programs.spurts.queries.preview import Asked, preview_of
from marketplace.programs.spurts.terms import Leg, Metrics, SpurtTerms
from marketplace.programs.states import ProgramKind, ProgramState
from marketplace.web.deeds import once
from marketplace.web.pages import render_page, requires, see_other

bp = Blueprint("spurts_manage", __name__, url_prefix="/manage/programs")

PREVIEW = "preview"
# Where the template starts, if there are such.
USUAL_METRIC, USUAL_CLIENT = "revenue", "customer"
# What a preview needs; mistakes elsewhere are not spoken of before the check.
PREVIEWED = ("starts_on", "ends_on", "budget", "cap", "replay_from", "replay_to")


@bp.route("/new/spurt", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def new() -> ResponseReturnValue:
    """Write a spurt beside its preview; checking it saves the draft."""
    form, offered = _form()
    if not form.is_submitted():
        _start_from_template(form, offered.metrics)
    elif _wants(PREVIEW):
        form.validate()
        _forget_other_mistakes(form)
    elif form.validate():
        made = _create(form, offered.metrics)
        if made is not None:
            return made
    return _page("programs/spurts/new.html", form, offered)


@bp.route("/<slug>/spurt", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def change_rule(slug: str) -> ResponseReturnValue:
    """Write a draft over, or set a new rule for a spurt that was launched."""
    program = program_of(slug, kind=ProgramKind.SPURT)
    if program.state is not ProgramState.DRAFT:
        return _rule_page(slug)
    form, offered = _form()
    if not form.is_submitted():
        _show_draft(form, program)
    elif _wants(PREVIEW):
        form.validate()
        _forget_other_mistakes(form)
    elif form.validate():
        return _rewrite(form, program, offered.metrics)
    return _page("programs/spurts/edit.html", form, offered, program=program)


@bp.get("/<slug>/spurt/check")
@requires(Permission.PROGRAMS_MANAGE)
def check(slug: str) -> ResponseReturnValue:
    """Everything once more before the launch."""
    program = program_of(slug, kind=ProgramKind.SPURT)
    if program.state is not ProgramState.DRAFT:
        return see_other("programs_manage.desk", slug=slug)
    rule, today = current_rule(program), clock.today()
    is_ahead = program.starts_on > today
    asked = Asked(rule.terms, program.starts_on, program.ends_on, None, today)
    return render_page(
        "programs/spurts/check.html",
        program=program,
        rule=rule,
        sentences=rule.terms.sentences(rule.metrics),
        wanted=ProgramState.SCHEDULED if is_ahead else ProgramState.RUNNING,
        is_ahead=is_ahead,
        **_preview(asked, budget_left(program.budget_id)),
    )


@dataclass(frozen=True, slots=True)
class _Offered:
    """What a manager chooses from."""

    metrics: Metrics
    budgets: Mapping[str, BudgetLeft]


def _form() -> tuple[SpurtForm, _Offered]:
    budgets, departments = budgets_list(purpose=BudgetPurpose.AWARDS), department_choices()
    offered = _Offered(metric_words(), {str(one.budget_id): one for one in budgets})
    form = SpurtForm(
        budgets=[
            (key, f"{one.name}, {one.left:,} points left") for key, one in offered.budgets.items()
        ],
        departments=departments,
    )
    form.offer_all(_choices(offered.metrics), departments)
    return form, offered


def _choices(metrics: Metrics) -> list[tuple[str, str]]:
    return [(str(metric.id), metric.name) for metric in metrics.values()]


def _wants(step: str) -> bool:
    return request.form.get("step") == step


def _start_from_template(form: SpurtForm, metrics: Metrics) -> None:
    """Two weeks from next Monday, orders for sales and new clients for marketing."""
    today = clock.today()
    form.starts_on.data = today + timedelta(days=7 - today.weekday())
    form.ends_on.data = form.starts_on.data + timedelta(days=13)
    money = [metric for metric in metrics.values() if metric.currency]
    first = sorted(money or metrics.values(), key=lambda metric: metric.slug != USUAL_METRIC)
    if not first:
        return
    sales, marketing = first[0], first[min(1, len(first) - 1)]
    clients = Measure(marketing.id, Counting.NEW_CLIENTS, client=USUAL_CLIENT)
    per_amount = 100 * sales.minor_units
    legs = (
        Leg(1, "", _named(form, "Sales"), Measure(sales.id), 1, per_amount, cap=2_000),
        Leg(2, "", _named(form, "Marketing"), clients, 250, 1, cap=2_000),
    )
    form.show_terms(SpurtTerms(legs), metrics)


def _named(form: SpurtForm, name: str) -> tuple[int, ...]:
    offered = form.departments.iter_choices()
    return tuple(int(value) for value, words, *_ in offered if words == name)


def _forget_other_mistakes(form: SpurtForm) -> None:
    for field in form:
        if field.name not in PREVIEWED and field.type != "FormField":
            field.errors = []


def _page(template: str, form: SpurtForm, offered: _Offered, **more: Any) -> ResponseReturnValue:
    chosen = _asked(form, offered)
    shown = _preview(*chosen) if chosen else {"preview": None, "verdict": None}
    return render_page(template, form=form, **shown, **more)


def _asked(form: SpurtForm, offered: _Offered) -> tuple[Asked, BudgetLeft] | None:
    """What to preview, unless something of it is missing or can't be read."""
    legs = [leg for _number, leg in form.legs]
    mistaken = any(form[name].errors for name in PREVIEWED) or any(leg.errors for leg in legs)
    first, last = form.starts_on.data, form.ends_on.data
    if mistaken or not (first and last and offered.metrics and offered.budgets):
        return None
    if not any(leg.is_used for leg in legs):
        return None
    replay = None
    if form.replay_from.data and form.replay_to.data:
        replay = form.replay_from.data, form.replay_to.data
    asked = Asked(form.terms(offered.metrics), first, last, replay, clock.today())
    return asked, offered.budgets[form.budget.data or next(iter(offered.budgets))]


def _preview(asked: Asked, budget: BudgetLeft) -> dict[str, Any]:
    found = preview_of(asked)
    expected, most = found.cost.expected, found.cost.most
    return {
        "preview": found,
        "days": asked.days,
        "verdict": budget_verdict(expected, most, left=budget.left, name=budget.name),
    }


def _wanted(form: SpurtForm, metrics: Metrics) -> NewProgram:
    return new_program(form, ProgramKind.SPURT, form.terms(metrics))


def _create(form: SpurtForm, metrics: Metrics) -> ResponseReturnValue | None:
    slug = save_draft(form, _wanted(form, metrics))
    return None if slug is None else see_other("spurts_manage.check", slug=slug)


def _rewrite(form: SpurtForm, program: Program, metrics: Metrics) -> ResponseReturnValue:
    at, wanted, slug = clock.now(), _wanted(form, metrics), program.slug

    def rewrite(actor: Actor) -> str:
        rewrite_draft(actor, program.id, wanted, at=at)
        return slug

    once(form, rewrite, at=at)
    return see_other("spurts_manage.check", slug=slug)


def _show_draft(form: SpurtForm, program: Program) -> None:
    rule = current_rule(program)
    form.name.data, form.summary.data = program.name, program.summary
    form.starts_on.data, form.ends_on.data = program.starts_on, program.ends_on
    form.budget.data = str(program.budget_id)
    form.show_frame(rule)
    form.show_terms(rule.terms, rule.metrics)


def _rule_page(slug: str) -> ResponseReturnValue:
    program, rule = rule_to_change(slug, ProgramKind.SPURT)
    metrics, form = metric_words(), SpurtRuleForm()
    form.ask_why(program)
    _offer(form, metrics)
    if form.validate_on_submit():
        return set_new_rule(form, slug, form.terms(metrics))
    if not form.is_submitted():
        form.show_terms(rule.terms, rule.metrics)
        form.show_frame(rule)
    return render_page("programs/spurts/rule.html", form=form, program=program)


def _offer(form: Legs, metrics: Metrics) -> None:
    form.offer_all(_choices(metrics), department_choices())
