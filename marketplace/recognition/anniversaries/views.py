"""Anniversary programs at the manager's desk, and what I want celebrated."""

from datetime import date, timedelta

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.programs.making import (
    make_program,
    program_choices,
    rule_to_change,
    set_new_rule,
)
from marketplace.programs.models import Program
from marketplace.programs.panels import Panel, desk_panel, page_panel
from marketplace.programs.queries.desk import program_of
from marketplace.programs.states import ProgramKind
from marketplace.recognition.anniversaries.forms import (
    AnniversaryProgramForm,
    AnniversaryRuleForm,
    CelebrationsForm,
)
from marketplace.recognition.anniversaries.operations import choose_celebrations
from marketplace.recognition.anniversaries.queries.choices import Celebrations, celebrations_of
from marketplace.recognition.anniversaries.queries.occasions import (
    days_of,
    upcoming,
)
from marketplace.recognition.anniversaries.queries.report import COLUMNS, tax_report
from marketplace.web.deeds import once
from marketplace.web.downloads import csv_download
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other

DAYS_AHEAD, SHOWN = 30, 12

manage = Blueprint("anniversary_programs", __name__, url_prefix="/manage/programs")
settings = Blueprint("celebrations", __name__)
blueprints = (manage, settings)


@manage.route("/new/anniversary", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def new() -> ResponseReturnValue:
    """Make a draft with its first rule."""
    form = AnniversaryProgramForm(**program_choices())
    if form.validate_on_submit():
        made = make_program(form, ProgramKind.ANNIVERSARY, form.terms)
        if made is not None:
            return made
    return render_page("recognition/anniversaries/new.html", form=form)


@manage.route("/<slug>/anniversary", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def change_rule(slug: str) -> ResponseReturnValue:
    """Set a new version of the rule."""
    (program, rule), form = rule_to_change(slug, ProgramKind.ANNIVERSARY), AnniversaryRuleForm()
    form.ask_why(program)
    if form.validate_on_submit():
        return set_new_rule(form, slug, form.terms)
    if not form.is_submitted():
        form.show_terms(rule.terms)
        form.show_frame(rule)
    return render_page("recognition/anniversaries/rule.html", form=form, program=program)


@manage.get("/<slug>/anniversary/report.csv")
@requires(Permission.PROGRAMS_MANAGE)
def download(slug: str) -> ResponseReturnValue:
    """What the program brought whom, for payroll and tax."""
    program = program_of(slug, kind=ProgramKind.ANNIVERSARY)
    rows = tax_report(date.min, date.max, at=clock.now(), program_id=program.id)
    return csv_download((row.cells for row in rows), COLUMNS, f"{slug}.csv")


@settings.route("/settings/celebrations", methods=["GET", "POST"])
@requires(Permission.SETTINGS_OWN)
def show() -> ResponseReturnValue:
    """Years of service and birthday, each on or off, and how my name is said."""
    form, at = CelebrationsForm(), clock.now()
    if form.validate_on_submit():
        wanted = Celebrations(
            bool(form.service.data),
            bool(form.birthday.data),
            " ".join((form.say_name.data or "").split()),
        )

        def keep(actor: Actor) -> str:
            choose_celebrations(actor, wanted, at=at)
            return ""

        once(form, keep, at=at)
        flash_done("Saved. It holds from now on.")
        return see_other(".show")
    if not form.is_submitted():
        chosen = celebrations_of(current_actor().id)
        form.service.data, form.birthday.data = chosen.service, chosen.birthday
        form.say_name.data = chosen.say_name
    return render_page("recognition/anniversaries/settings.html", form=form)


@page_panel(ProgramKind.ANNIVERSARY)
def my_next_days(actor: Actor, program: Program) -> Panel | None:
    """My own next days in the program."""
    today = clock.today()
    mine = days_of(program.id, actor.id, today, today + timedelta(days=366))
    if mine is None:
        return None
    return Panel("recognition/anniversaries/_page_panel.html", {"days": mine[:2]})


@desk_panel(ProgramKind.ANNIVERSARY)
def days_to_come(_actor: Actor, program: Program) -> Panel | None:
    """Whose day comes, and the file for tax."""
    found = upcoming(clock.today(), DAYS_AHEAD, program_id=program.id)
    values = {"rows": found[:SHOWN], "count": len(found), "slug": program.slug}
    return Panel("recognition/anniversaries/_desk_panel.html", values)
