"""Programs in the browser: what one can earn, and the desk of those who run them."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput, NotAllowed
from marketplace.people.deciders import remedy_for
from marketplace.programs import earning
from marketplace.programs.forms import DiscardForm
from marketplace.programs.making import frame_form, span_in
from marketplace.programs.models import Program
from marketplace.programs.operations.discarding import (
    discard_draft,
    discard_obstacle,
    refuse_unless_discardable,
)
from marketplace.programs.operations.framing import change_frame
from marketplace.programs.operations.programs import CannotLaunch
from marketplace.programs.operations.settlement import (
    MovedSince,
    launch_program,
    release_waiting,
    settle_for_good,
)
from marketplace.programs.panels import (
    Panel,
    decisions_listed,
    panel_for_desk,
    panel_for_page,
    panels_for_earn,
)
from marketplace.programs.queries import desk as desks
from marketplace.programs.queries import pages
from marketplace.programs.queries.waiting import waiting_settlements
from marketplace.programs.states import ProgramState
from marketplace.programs.steps import ahead_of, said_after
from marketplace.programs.words import what_waits, what_was_given
from marketplace.web.deeds import once
from marketplace.web.forms import PageForm
from marketplace.web.pages import (
    current_actor,
    flash_done,
    flash_notice,
    render_page,
    requires,
    see_other,
)

bp = Blueprint("programs", __name__)
manage = Blueprint("programs_manage", __name__, url_prefix="/manage/programs")
blueprints = (bp, manage)


@bp.get("/earn")
@requires(Permission.POINTS_VIEW_OWN)
def earn() -> ResponseReturnValue:
    """The programs that bring points, what concerns me now first, and what they brought me."""
    today = clock.today()
    return render_page(
        "programs/earn.html",
        groups=pages.in_groups(pages.programs_open_to(current_actor()), today),
        panels=panels_for_earn(current_actor()),
        today=today,
    )


@bp.get("/programs/<slug>")
@requires(Permission.POINTS_VIEW_OWN)
def show(slug: str) -> ResponseReturnValue:
    """One program: its rule, how far I am, and what brought me points."""
    actor = current_actor()
    program, seen = pages.open_program(actor, slug)
    awards = pages.my_last_awards(actor, program.id)
    return render_page(
        "programs/show.html",
        program=seen,
        awards=awards[: pages.LAST_AWARDS],
        has_earlier_awards=len(awards) > pages.LAST_AWARDS,
        panel=panel_for_page(actor, program),
        today=clock.today(),
    )


@manage.get("")
@requires(Permission.PROGRAMS_MANAGE)
def overview() -> ResponseReturnValue:
    """Every program, what it paid and what its budget has left; or the drafts discarded."""
    shows_discarded = request.args.get("show") == ProgramState.DISCARDED
    return render_page(
        "programs/manage/list.html",
        rows=desks.program_rows(discarded=shows_discarded),
        shows_discarded=shows_discarded,
        has_discarded=desks.has_discarded(),
    )


@manage.get("/new")
@requires(Permission.PROGRAMS_MANAGE)
def new() -> ResponseReturnValue:
    """Choose what kind of program to make."""
    return render_page("programs/manage/new.html", kinds=earning.kinds())


@manage.get("/waiting")
@requires(Permission.PROGRAMS_MANAGE)
def waiting() -> ResponseReturnValue:
    """What the budgets could not give, and a button to try again."""
    return render_page("programs/manage/waiting.html", rows=waiting_settlements())


@manage.get("/to-decide")
@requires(Permission.PROGRAMS_MANAGE)
def to_decide() -> ResponseReturnValue:
    """What people sent in any program and what needs this person's answer, the oldest first."""
    return render_page(
        "programs/manage/to_decide.html",
        rows=decisions_listed(current_actor()),
        remedy=remedy_for(Permission.PROGRAMS_MANAGE),
    )


@manage.post("/<slug>/release")
@requires(Permission.PROGRAMS_MANAGE)
def release(slug: str) -> ResponseReturnValue:
    """Try again to grant what waits for a program's budget."""
    program, form, at = desks.program_of(slug), PageForm(), clock.now()
    if not form.validate():
        raise BadInput("Open the program again and use its buttons. Nothing was changed.")

    def again(actor: Actor) -> str:
        report = release_waiting(program.id, actor=actor, at=at)
        return what_was_given(report)

    try:
        flash_notice(once(form, again, at=at))
    except MovedSince as moved:
        flash_notice(f"{moved.message} Look at it again, then settle it.")
        return see_other(earning.earner_of(program.kind).facts.settle_endpoint, slug=slug)
    return see_other("programs_manage.desk", slug=slug)


@manage.get("/<slug>")
@requires(Permission.PROGRAMS_MANAGE)
def desk(slug: str) -> ResponseReturnValue:
    """One program: rule, money, people, history, and its next step."""
    found = desks.program_desk(slug)
    return render_page(
        "programs/manage/desk.html",
        desk=found,
        facts=earning.earner_of(found.program.kind).facts,
        panel=_panel(found),
        obstacle=found.launch_obstacle(),
        nobody=found.people_obstacle(),
        can_be_discarded=discard_obstacle(found.program) is None,
        ahead=ahead_of(
            found.row.state, found.row.starts_on, found.row.ends_on, today=clock.today()
        ),
    )


def _panel(desk: desks.ProgramDesk) -> Panel | None:
    """What its kind adds; of a discarded draft nothing is left to do."""
    is_gone = desk.row.state is ProgramState.DISCARDED
    return None if is_gone else panel_for_desk(current_actor(), desk.program)


@manage.route("/<slug>/discard", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def discard(slug: str) -> ResponseReturnValue:
    """Look once more, then take a draft out of everybody's way."""
    program, form, at = desks.program_at(slug), DiscardForm(), clock.now()
    if not form.validate_on_submit():
        refuse_unless_discardable(program)
        return render_page("programs/manage/discard.html", form=form, program=program)
    reason = (form.reason.data or "").strip()

    def go(actor: Actor) -> str:
        discard_draft(actor, program.id, reason=reason, at=at)
        return program.name

    flash_done(f"The draft “{once(form, go, at=at)}” is discarded. Its history stays.")
    return see_other("programs_manage.overview")


@manage.route("/<slug>/frame", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def frame(slug: str) -> ResponseReturnValue:
    """Change what a program is called and, until it starts, when, for whom and out of what."""
    program, at = desks.program_of(slug), clock.now()
    form = frame_form(program)
    if form.validate_on_submit():
        name, summary, span = form.name.data or "", form.summary.data or "", span_in(form)

        def change(actor: Actor) -> str:
            change_frame(actor, program.id, name=name, summary=summary, span=span, at=at)
            return name

        try:
            flash_done(f"“{once(form, change, at=at)}” is changed.")
            return see_other("programs_manage.desk", slug=slug)
        except (CannotLaunch, NotAllowed) as refusal:
            form.form_errors.append(refusal.message)
    return render_page("programs/manage/frame.html", form=form, program=program)


@manage.route("/<slug>/settled", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def settle(slug: str) -> ResponseReturnValue:
    """Say what ends when a program is settled for good, then settle it."""
    program, form, at = desks.program_of(slug), PageForm(), clock.now()
    shows_first = earning.earner_of(program.kind).facts.settle_endpoint
    if shows_first != request.endpoint:
        flash_notice("Look at what will happen first. Nothing was settled yet.")
        return see_other(shows_first, slug=slug)
    if form.validate_on_submit():

        def end(actor: Actor) -> str:
            return what_waits(settle_for_good(program.id, actor=actor, at=at).waiting)

        try:
            return _settled(program, once(form, end, at=at))
        except (CannotLaunch, NotAllowed) as refusal:
            form.form_errors.append(refusal.message)
    return render_page(
        "programs/manage/settle.html",
        form=form,
        row=desks.program_row(slug),
        is_early=program.ends_on >= clock.today(),
    )


def _settled(program: Program, waiting: str) -> ResponseReturnValue:
    if waiting:
        flash_notice(f"It is not settled yet. {waiting}")
    else:
        days = program.starts_on, program.ends_on
        flash_done(said_after(ProgramState.SETTLED, *days, today=clock.today()))
    return see_other("programs_manage.desk", slug=program.slug)


@manage.post("/<slug>/<any(draft, scheduled, running, closed):wanted>")
@requires(Permission.PROGRAMS_MANAGE)
def move(slug: str, wanted: str) -> ResponseReturnValue:
    """Take a program a step further; launching it settles the results that are there already."""
    program, form = desks.program_of(slug), PageForm()
    at, state = clock.now(), ProgramState(wanted)
    if not form.validate():
        raise BadInput("Open the program again and use its buttons. Nothing was changed.")

    def go_on(actor: Actor) -> str:
        return what_waits(launch_program(actor, program.id, state, at=at).waiting)

    try:
        waiting = once(form, go_on, at=at)
    except (CannotLaunch, NotAllowed) as refusal:
        flash_notice(refusal.message)
        return see_other("programs_manage.desk", slug=slug)
    said = said_after(state, program.starts_on, program.ends_on, today=clock.today())
    flash_done(f"{said} {waiting}".strip())
    return see_other("programs_manage.desk", slug=slug)
