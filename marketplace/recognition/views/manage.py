"""Recognition at the manager's desk: values, the report, removing."""

from datetime import date, timedelta

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import CannotRead, parse_date
from marketplace.recognition.forms.giving import ReasonForm
from marketplace.recognition.forms.values import NewValueForm, ValueForm
from marketplace.recognition.operations.values import (
    ValueWords,
    add_value,
    change_value,
    retire_value,
)
from marketplace.recognition.operations.withdrawing import remove_recognition
from marketplace.recognition.queries.desk import recognition_to_remove
from marketplace.recognition.queries.report import (
    TABLES,
    Asked,
    recognition_report,
    report_table,
)
from marketplace.recognition.queries.values import value_named, value_rows
from marketplace.web.deeds import once
from marketplace.web.downloads import csv_download
from marketplace.web.filters import points_word
from marketplace.web.forms import PageForm
from marketplace.web.pages import flash_done, render_page, requires, see_other

DAYS = timedelta(days=89)

bp = Blueprint("recognition_manage", __name__, url_prefix="/manage/recognition")


@bp.get("")
@requires(Permission.PROGRAMS_MANAGE)
def report() -> ResponseReturnValue:
    """Who gives, who never gets any, who goes in rings, and how much crosses departments."""
    asked, problem = _asked()
    return render_page(
        "recognition/manage/report.html",
        report=recognition_report(asked),
        asked=asked,
        problem=problem,
        tables=TABLES,
    )


@bp.get("/report.csv")
@requires(Permission.PROGRAMS_MANAGE)
def download() -> ResponseReturnValue:
    """One table of the report as a file."""
    asked, problem = _asked()
    table = request.args.get("table", TABLES[0])
    if problem or table not in TABLES:
        raise BadInput(problem or f"There is no such table. Ask for {', '.join(TABLES)}.")
    columns, rows = report_table(recognition_report(asked), table)
    return csv_download(rows, columns, f"recognition-{table}-{asked.first}-{asked.last}.csv")


def _asked() -> tuple[Asked, str]:
    """The days and the program of the address; the last 90 days and what is wrong otherwise."""
    today = clock.today()
    program = request.args.get("program", "")[:60].replace("\0", "")
    usual = Asked(today - DAYS, today, program)
    try:
        first = _day("from", usual.first)
        last = _day("to", usual.last)
    except CannotRead as unreadable:
        return usual, str(unreadable)
    if last < first:
        return usual, "The last day comes before the first. Enter a last day that is not earlier."
    return Asked(first, last, program), ""


def _day(name: str, otherwise: date) -> date:
    text = request.args.get(name, "")
    return parse_date(text) if text else otherwise


@bp.get("/values")
@requires(Permission.PROGRAMS_MANAGE)
def values() -> ResponseReturnValue:
    """Every value, in its order."""
    return render_page("recognition/manage/values.html", rows=value_rows())


@bp.route("/values/new", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def new_value() -> ResponseReturnValue:
    """Make a value."""
    form, at = NewValueForm(), clock.now()
    if form.validate_on_submit():

        def add(actor: Actor) -> str:
            return str(add_value(actor, form.address, _words(form), at=at))

        try:
            once(form, add, at=at)
        except BadInput as refusal:
            form.slug.errors = [refusal.message]
        else:
            flash_done(f"“{form.name.data}” can be chosen now.")
            return see_other(".values")
    return render_page("recognition/manage/value.html", form=form, value=None)


@bp.route("/values/<slug>", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def edit_value(slug: str) -> ResponseReturnValue:
    """Word a value anew."""
    value, form, at = value_named(slug), ValueForm(), clock.now()
    if form.validate_on_submit():

        def change(actor: Actor) -> str:
            change_value(actor, slug, _words(form), at=at)
            return ""

        once(form, change, at=at)
        flash_done("Saved. Earlier thanks show the new words too.")
        return see_other(".values")
    if not form.is_submitted():
        for name in ("name", "sentence", "icon", "position"):
            form[name].data = getattr(value, name)
        form.hue.data = str(value.hue)
    return render_page("recognition/manage/value.html", form=form, value=value)


def _words(form: ValueForm) -> ValueWords:
    return ValueWords(
        name=(form.name.data or "").strip(),
        sentence=(form.sentence.data or "").strip(),
        icon=form.icon.data,
        hue=int(form.hue.data),
        position=form.position.data or 0,
    )


@bp.post("/values/<slug>/<any(retired, offered):wanted>")
@requires(Permission.PROGRAMS_MANAGE)
def retire(slug: str, wanted: str) -> ResponseReturnValue:
    """Offer a value no longer, or again."""
    at, form, value = clock.now(), PageForm(), value_named(slug)
    if not form.validate():
        raise BadInput("Open the values again and use their buttons. Nothing was changed.")

    def move(actor: Actor) -> str:
        retire_value(actor, slug, is_retired=wanted == "retired", at=at)
        return ""

    once(form, move, at=at)
    said = {
        "retired": f"“{value.name}” can't be chosen any more. Earlier thanks keep it.",
        "offered": f"“{value.name}” can be chosen again.",
    }
    flash_done(said[wanted])
    return see_other(".values")


@bp.route("/<int:recognition_id>/remove", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def remove(recognition_id: int) -> ResponseReturnValue:
    """Take a recognition away, with a reason that the people concerned read."""
    found, form, at = recognition_to_remove(recognition_id), ReasonForm(), clock.now()
    if not form.validate_on_submit():
        return render_page("recognition/manage/remove.html", form=form, found=found)

    def take_away(actor: Actor) -> str:
        done = remove_recognition(actor, recognition_id, reason=form.reason.data or "", at=at)
        if done.is_kept:
            return "Its points stay with the recipients, as the rule says."
        if done.points_taken_back:
            return f"{points_word(done.points_taken_back)} went back to the budget."
        return "No points had come with it." if not found.points else "Its points never arrived."

    said = once(form, take_away, at=at)
    flash_done(f"Removed. Giver and recipients get your reason. {said}")
    return see_other(".report")
