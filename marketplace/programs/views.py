"""Programs in the browser: what one can earn, and the desk of those who run them."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.budgets.queries import budget_choices
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from marketplace.programs import queries
from marketplace.programs.forms import MetricForm, ProgramForm, RuleForm
from marketplace.programs.operations.programs import (
    NewProgram,
    create_program,
    define_metric,
    move_program,
    set_rule,
)
from marketplace.programs.operations.settlement import settle_program
from marketplace.programs.queries import pages
from marketplace.programs.states import MOVES, MetricUnit, ProgramState
from marketplace.web.deeds import once
from marketplace.web.filters import points_word
from marketplace.web.forms import PageForm
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other

bp = Blueprint("programs", __name__)
manage = Blueprint("programs_manage", __name__, url_prefix="/manage/programs")
blueprints = (bp, manage)

# What a manager presses, by the state it leads to.
STEPS = {
    ProgramState.RUNNING: ("Launch", "rocket"),
    ProgramState.SCHEDULED: ("Schedule", "calendar-clock"),
    ProgramState.DRAFT: ("Back to draft", "undo-2"),
    ProgramState.CLOSED: ("Close", "flag"),
    ProgramState.SETTLED: ("Settle for good", "check"),
}
SAID = {
    ProgramState.RUNNING: "It runs. Results that come in now bring points.",
    ProgramState.SCHEDULED: "It is scheduled.",
    ProgramState.DRAFT: "It is a draft again. Nobody sees it.",
    ProgramState.CLOSED: "It is closed. Corrections still count until it is settled.",
    ProgramState.SETTLED: "It is settled. Its points stay as they are.",
}


@bp.get("/earn")
@requires(Permission.POINTS_VIEW_OWN)
def earn() -> ResponseReturnValue:
    """The programs that bring points, and what they brought me."""
    return render_page(
        "programs/earn.html",
        programs=pages.programs_open_to(current_actor()),
        today=clock.today(),
    )


@bp.get("/programs/<slug>")
@requires(Permission.POINTS_VIEW_OWN)
def show(slug: str) -> ResponseReturnValue:
    """One program: its rule, and my orders in it."""
    actor = current_actor()
    return render_page(
        "programs/show.html",
        program=pages.open_program(actor, slug),
        orders=pages.my_last_orders(actor, slug),
        today=clock.today(),
    )


@manage.get("")
@requires(Permission.PROGRAMS_MANAGE)
def overview() -> ResponseReturnValue:
    """Every program, what it paid and what its budget has left."""
    return render_page("programs/manage/list.html", rows=pages.program_rows())


@manage.route("/new", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def new() -> ResponseReturnValue:
    """Make a draft with its first rule."""
    form = ProgramForm(queries.metric_choices(), budget_choices(BudgetPurpose.AWARDS))
    if not form.validate_on_submit():
        return render_page("programs/manage/new.html", form=form)
    at, program = clock.now(), _new_program(form)

    def create(actor: Actor) -> str:
        create_program(actor, program, at=at)
        return program.slug

    try:
        slug = once(form, create, at=at)
    except BadInput as refusal:
        form.slug.errors = [refusal.message]
        return render_page("programs/manage/new.html", form=form)
    flash_done("Saved as a draft. Launch it when you are ready.")
    return see_other("programs_manage.desk", slug=slug)


def _new_program(form: ProgramForm) -> NewProgram:
    metric = queries.metric_named(form.metric.data)
    assert form.starts_on.data is not None
    assert form.ends_on.data is not None
    return NewProgram(
        slug=form.slug.data or "",
        name=form.name.data or "",
        summary=form.summary.data or "",
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        budget_id=int(form.budget.data),
        metric_id=metric.id,
        points=form.points.data or 1,
        per_amount=(form.per_whole.data or 1) * queries.minor_units(metric.currency),
    )


@manage.route("/metrics/new", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def new_metric() -> ResponseReturnValue:
    """Name a quantity that results are reported for."""
    form = MetricForm()
    if not form.validate_on_submit():
        return render_page("programs/manage/metric.html", form=form)
    currency = form.currency.data or None
    unit = MetricUnit.MONEY if currency else MetricUnit.COUNT
    try:
        with transaction():
            define_metric(form.slug.data or "", form.name.data or "", unit, currency)
    except BadInput as refusal:
        form.slug.errors = [refusal.message]
        return render_page("programs/manage/metric.html", form=form)
    flash_done(f"The metric “{form.name.data}” is there.")
    return see_other("programs_manage.new")


@manage.get("/<slug>")
@requires(Permission.PROGRAMS_MANAGE)
def desk(slug: str) -> ResponseReturnValue:
    """One program: rule, money, people, history, and its next step."""
    return _desk(pages.program_desk(slug), RuleForm(formdata=None))


def _desk(program: pages.ProgramDesk, form: RuleForm) -> ResponseReturnValue:
    steps = [(state, *STEPS[state]) for state in STEPS if state in MOVES[program.row.state]]
    return render_page("programs/manage/desk.html", program=program, form=form, steps=steps)


@manage.post("/<slug>/rule")
@requires(Permission.PROGRAMS_MANAGE)
def change_rule(slug: str) -> ResponseReturnValue:
    """Set a new version of the rule and settle the difference."""
    program, form = pages.program_desk(slug), RuleForm()
    if not form.validate_on_submit():
        return _desk(program, form)
    at, points = clock.now(), form.points.data or 1
    per_amount = (form.per_whole.data or 1) * queries.minor_units(program.currency)

    def change(actor: Actor) -> str:
        set_rule(actor, program.id, program.metric_id, points=points, per_amount=per_amount, at=at)
        report = settle_program(program.id, actor=actor, at=at)
        return f"{points_word(report.points_given)} given, {report.points_taken_back:,} back."

    said = once(form, change, at=at)
    flash_done(f"The new rule holds from now on, for all orders of the program. {said}")
    return see_other("programs_manage.desk", slug=slug)


@manage.post("/<slug>/<any(draft, scheduled, running, closed, settled):wanted>")
@requires(Permission.PROGRAMS_MANAGE)
def move(slug: str, wanted: str) -> ResponseReturnValue:
    """Take a program a step further; launching it settles the results that are there already."""
    program, form = pages.program_desk(slug), PageForm()
    at, state = clock.now(), ProgramState(wanted)
    if not form.validate():
        raise BadInput("Open the program again and use its buttons. Nothing was changed.")

    def go_on(actor: Actor) -> str:
        move_program(actor, program.id, state, at=at)
        settle_program(program.id, actor=actor, at=at)
        return wanted

    once(form, go_on, at=at)
    flash_done(SAID[state])
    return see_other("programs_manage.desk", slug=slug)
