"""The books in the browser: roll-forward, aging, and closing a period."""

from datetime import date, datetime, timedelta
from typing import NoReturn

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.insights.books.breakage import Estimate, estimates
from marketplace.insights.books.files import (
    AGING_COLUMNS,
    BREAKAGE_COLUMNS,
    ROLL_FORWARD_COLUMNS,
    aging_rows,
    breakage_rows,
    roll_forward_rows,
)
from marketplace.insights.books.forms import CloseForm, MomentForm, StretchForm
from marketplace.insights.books.queries.aging import AGE_WORDS, END_WORDS, aged_at
from marketplace.insights.books.queries.cohorts import cohorts_until
from marketplace.insights.books.queries.movements import books_in
from marketplace.kernel import clock
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput
from marketplace.ledger.operations.closing import close_books, end_of
from marketplace.ledger.queries.periods import closed_periods, digest_until
from marketplace.web.deeds import once, say_in
from marketplace.web.downloads import table_download
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other

bp = Blueprint("books", __name__, url_prefix="/manage/books")


@bp.get("")
@requires(Permission.BOOKS_VIEW)
def roll_forward() -> ResponseReturnValue:
    """What people had, got and lost in a stretch of time, by program and by country."""
    form = _stretch_form()
    return render_page(
        "books/roll_forward.html",
        form=form,
        books=books_in(form.stretch) if form.validate() else None,
        spans=_spans(clock.today()),
        asked=request.args.to_dict(),
    )


@bp.get("/roll-forward.<any(csv, xlsx):kind>")
@requires(Permission.BOOKS_VIEW)
def take_roll_forward(kind: str) -> ResponseReturnValue:
    """The same as a file: a row for each program and country."""
    form = _stretch_form()
    stretch = form.stretch if form.validate() else _refuse(form)
    name = f"books-{stretch.since:%Y-%m-%d}-to-{stretch.until:%Y-%m-%dT%H%M%S}"
    rows = roll_forward_rows(books_in(stretch))
    return table_download(kind, rows, ROLL_FORWARD_COLUMNS, name, "Roll-forward")


@bp.get("/aging")
@requires(Permission.BOOKS_VIEW)
def aging() -> ResponseReturnValue:
    """How old points are, and when they end, at any moment."""
    form = _moment_form()
    return render_page(
        "books/aging.html",
        form=form,
        lines=aged_at(form.moment) if form.validate() else None,
        ages=AGE_WORDS,
        ends=END_WORDS,
        asked=request.args.to_dict(),
    )


@bp.get("/aging.<any(csv, xlsx):kind>")
@requires(Permission.BOOKS_VIEW)
def take_aging(kind: str) -> ResponseReturnValue:
    """The same as a file."""
    form = _moment_form()
    moment = form.moment if form.validate() else _refuse(form)
    name = f"aging-{moment:%Y-%m-%dT%H%M%S}"
    return table_download(kind, aging_rows(aged_at(moment)), AGING_COLUMNS, name, "Aging")


@bp.get("/breakage")
@requires(Permission.BOOKS_VIEW)
def breakage() -> ResponseReturnValue:
    """How much of what was earned each month has expired, and how much is going to."""
    form = _moment_form()
    return render_page(
        "books/breakage.html",
        form=form,
        rows=_estimates(form.moment) if form.validate() else None,
        asked=request.args.to_dict(),
    )


@bp.get("/breakage.<any(csv, xlsx):kind>")
@requires(Permission.BOOKS_VIEW)
def take_breakage(kind: str) -> ResponseReturnValue:
    """The same as a file."""
    form = _moment_form()
    moment = form.moment if form.validate() else _refuse(form)
    rows, name = breakage_rows(_estimates(moment)), f"breakage-{moment:%Y-%m-%dT%H%M%S}"
    return table_download(kind, rows, BREAKAGE_COLUMNS, name, "Breakage")


@bp.get("/periods")
@requires(Permission.BOOKS_VIEW)
def periods() -> ResponseReturnValue:
    """What is closed, with its seals; who keeps the books closes more."""
    return _periods(CloseForm(formdata=None, through=_month_before(clock.today())[1]))


@bp.post("/periods")
@requires(Permission.BOOKS_CLOSE)
def close() -> ResponseReturnValue:
    """Close the books up to and with a day, for good."""
    form, at = CloseForm(), clock.now()
    if not form.validate_on_submit():
        return _periods(form, status=422)
    assert form.through.data is not None
    through = form.through.data
    digest = digest_until(end_of(through))
    session().close()

    def work(actor: Actor) -> str:
        return str(close_books(actor.id, digest, at=at))

    try:
        once(form, work, at=at)
    except BadInput as refusal:
        session().close()
        say_in(form, refusal, otherwise="through")
        return _periods(form, status=refusal.status)
    flash_done(f"The books are closed up to and with {through}.")
    return see_other("books.periods")


def _periods(form: CloseForm, *, status: int = 200) -> ResponseReturnValue:
    return render_page(
        "books/periods.html",
        status=status,
        form=form,
        rows=closed_periods(),
        may_close=current_actor().may(Permission.BOOKS_CLOSE),
    )


def _estimates(moment: datetime) -> list[Estimate]:
    return estimates(cohorts_until(moment), this_month=moment.date().replace(day=1))


def _stretch_form() -> StretchForm:
    now = clock.now()
    return StretchForm(request.args, now=now, since=now.date().replace(day=1), until=now.date())


def _moment_form() -> MomentForm:
    now = clock.now()
    return MomentForm(request.args, now=now, until=now.date())


def _spans(today: date) -> list[dict[str, object]]:
    """Stretches that are asked for often: what they are called, where they are, which one it is."""
    this = today.replace(day=1)
    stretches = {
        "This month": (this, today),
        "Last month": _month_before(today),
        "This quarter": (this.replace(month=(today.month - 1) // 3 * 3 + 1), today),
        "This year": (this.replace(month=1), today),
    }
    asked = (request.args.get("since", str(this)), request.args.get("until", str(today)))
    return [
        {
            "label": label,
            "href": url_for(".roll_forward", since=since, until=until),
            "is_current": (str(since), str(until)) == asked and not request.args.get("time"),
        }
        for label, (since, until) in stretches.items()
    ]


def _month_before(today: date) -> tuple[date, date]:
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _refuse(form: MomentForm) -> NoReturn:
    """Say of a file that nobody sees the form of what has to be corrected."""
    words = [str(error) for errors in form.errors.values() for error in errors]
    raise BadInput(" ".join([*words, "Nothing was written."]))
