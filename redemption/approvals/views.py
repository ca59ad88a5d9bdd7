"""The approver's pages: inbox, one request, answers, undo, history."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, DomainError, NotFound
from marketplace.kernel.parsing import CannotRead, parse_whole_number
from marketplace.kernel.settings import current
from marketplace.kernel.tabular.writing import OutValue
from marketplace.web.deeds import button_form
from marketplace.web.downloads import csv_download
from marketplace.web.forms import PageForm
from marketplace.web.pages import (
    current_actor,
    flash_done,
    flash_notice,
    render_page,
    requires,
    see_other,
)
from redemption.approvals.at_once import Picked, approve_each, outcomes_of
from redemption.approvals.forms import DecisionForm, DeclineForm, QuestionForm, reasons_for
from redemption.approvals.inbox_views import InboxView, chosen_view, way_back, with_kept
from redemption.approvals.operations.deciding import Answer, decide, undo_decision
from redemption.approvals.operations.notes import ask_question
from redemption.approvals.own_terms import deeds_of_asker
from redemption.approvals.queries.decision import (
    AskedLine,
    DecisionPage,
    asked_line,
    decision_page,
    reference_decided,
    waiting_page,
)
from redemption.approvals.queries.history import (
    DecisionRow,
    answers_among,
    decided_since,
    decision_history,
    last_answer,
)
from redemption.approvals.queries.inbox import count_waiting, waiting_requests
from redemption.approvals.states import Verdict
from redemption.states import LineState

bp = Blueprint("approvals", __name__)
PAGE_SIZE = 50
MOST_IN_FILE = 10_000
FILE_COLUMNS = (
    *("Decided at, UTC", "Request", "Who asked", "What"),
    *("Points", "Answer", "For", "Reason"),
)
MOST_AT_ONCE = 100


@bp.get("/approvals")
@requires(Permission.APPROVALS_USE)
def inbox() -> ResponseReturnValue:
    """What waits for the person: the list, and beside it one request with its facts."""
    actor, at = current_actor(), clock.now()
    waiting = waiting_requests(actor, at=at)
    everything = count_waiting(actor, waiting, at=at)
    view = chosen_view(request.args, waiting, everything=everything, at=at)
    view = with_kept(view, waiting[0].kept) if waiting else view
    return render_page(
        "approvals/inbox.html",
        view=view,
        page=_opened(view),
        is_chosen=bool(request.args.get("request")),
        decided=0 if view.everything else decided_since(actor, at=at),
        last=waiting[0].last if waiting else last_answer(actor),
    )


def _opened(view: InboxView) -> DecisionPage | None:
    """The request beside the list: the one asked for, or else the first."""
    wanted, at = request.args.get("request", ""), clock.now()
    rows = {row.reference: row for row in view.rows}
    if wanted and wanted not in rows:
        return decision_page(current_actor(), wanted, at=at)
    if not view.rows:
        return None
    return waiting_page(rows.get(wanted, view.rows[0]), at=at)


@bp.get("/approvals/<reference>")
@requires(Permission.APPROVALS_USE)
def show(reference: str) -> ResponseReturnValue:
    """One request with its discussion."""
    return _show(reference)


def _show(reference: str, refusal: DomainError | None = None) -> ResponseReturnValue:
    page = decision_page(current_actor(), reference, at=clock.now())
    status = refusal.status if refusal else 200
    deeds = deeds_of_asker(page)
    return render_page("approvals/show.html", status, page=page, refusal=refusal, deeds=deeds)


@bp.post("/approvals/<reference>/approve")
@requires(Permission.APPROVALS_USE)
def approve(reference: str) -> ResponseReturnValue:
    """Yes. It takes effect after the time for Undo."""
    page, form = asked_line(current_actor(), reference, at=clock.now()), DecisionForm()
    if not form.validate():
        raise BadInput("Open the request again and approve it from there. Nothing was changed.")
    answer = Answer(Verdict.APPROVE, form.content_hash.data or "")
    return _answered(page, answer, form)


def _answered(page: AskedLine, answer: Answer, form: PageForm) -> ResponseReturnValue:
    try:
        decision_id = _decide(page.reference, answer, form.key)
    except NotFound:
        raise
    except DomainError as refusal:
        session().close()
        return _show(page.reference, refusal)
    done = "Approved" if answer.verdict is Verdict.APPROVE else "Declined"
    flash_done(
        f"{done} {page.asker}’s {page.title}. "
        f"The e-mail goes out in {current().undo_seconds} seconds.",
        undo_url=url_for("approvals.undo", decision_id=decision_id),
    )
    return see_other("approvals.inbox", **way_back(request.args))


def _decide(reference: str, answer: Answer, key: str) -> int:
    """One answer in its own transaction."""
    with transaction():
        at = clock.now()
        return decide(
            current_actor(),
            asked_line(current_actor(), reference, at=at).line_id,
            answer,
            request_key=key,
            undo_for=timedelta(seconds=current().undo_seconds),
            at=at,
        )


@bp.route("/approvals/<reference>/decline", methods=["GET", "POST"])
@requires(Permission.APPROVALS_USE)
def decline(reference: str) -> ResponseReturnValue:
    """No, with a reason."""
    page, form = asked_line(current_actor(), reference, at=clock.now()), DeclineForm()
    if not form.is_submitted() and not page.is_open:
        return see_other("approvals.show", reference=reference)
    if not form.validate_on_submit():
        if not form.is_submitted():
            form.content_hash.data = page.content_hash
        return render_page(
            "approvals/decline.html",
            page=page,
            form=form,
            reasons=[(why, why) for why in reasons_for(page.kind, is_own=page.is_own)],
            way=way_back(request.args),
        )
    return _answered(page, Answer(Verdict.DECLINE, form.content_hash.data or "", form.words), form)


@bp.route("/approvals/<reference>/question", methods=["GET", "POST"])
@requires(Permission.APPROVALS_USE)
def question(reference: str) -> ResponseReturnValue:
    """Ask the person something; the request stays."""
    page, form = asked_line(current_actor(), reference, at=clock.now()), QuestionForm()
    if not form.is_submitted() and page.state is not LineState.PENDING_APPROVAL:
        return see_other("approvals.show", reference=reference)
    if not form.validate_on_submit():
        way = way_back(request.args)
        return render_page("approvals/question.html", page=page, form=form, way=way)
    try:
        with transaction():
            at, text = clock.now(), form.text.data or ""
            line_id = asked_line(current_actor(), reference, at=at).line_id
            ask_question(current_actor(), line_id, text, request_key=form.key, at=at)
    except NotFound:
        raise
    except DomainError as refusal:
        session().close()
        return _show(reference, refusal)
    flash_done(f"{page.asker} gets your question. The request keeps its place.")
    if way := way_back(request.args):
        return see_other("approvals.inbox", **way)
    return see_other("approvals.show", reference=reference)


@bp.post("/approvals/decisions")
@requires(Permission.APPROVALS_USE)
def approve_several() -> ResponseReturnValue:
    """Yes to each one picked; each stands for itself, and the next page says what became of it."""
    form = button_form("Open your inbox again and approve from there. Nothing was changed.")
    picked = list(dict.fromkeys(request.form.getlist("request")))
    if not picked:
        flash_notice("Pick the requests you want to approve first.")
        return see_other("approvals.inbox", **way_back(request.args))
    if len(picked) > MOST_AT_ONCE:
        raise BadInput(f"Approve up to {MOST_AT_ONCE} requests at once. Nothing was changed.")
    name = approve_each(
        current_actor(),
        [_picked(entry) for entry in picked],  # a stranger's among them: nothing is approved
        request_key=form.key,
        undo_for=timedelta(seconds=current().undo_seconds),
        at=clock.now(),
    )
    return see_other("approvals.history", sent=name)


def _picked(entry: str) -> Picked:
    """One of several, `R-7KQ2MX:<digest>` as its box says: the request and what was shown of it."""
    reference, _, digest = entry.partition(":")
    return Picked(asked_line(current_actor(), reference, at=clock.now()), digest)


@bp.post("/approvals/decisions/<int:decision_id>/undo")
@requires(Permission.APPROVALS_USE)
def undo(decision_id: int) -> ResponseReturnValue:
    """Take an answer back before it takes effect."""
    form = button_form("Open your decisions again and undo it from there. Nothing was changed.")
    reference = reference_decided(current_actor(), decision_id)
    session().close()
    try:
        with transaction():
            undo_decision(current_actor(), decision_id, request_key=form.key, at=clock.now())
    except DomainError as refusal:
        session().close()
        return _show(reference, refusal)
    flash_done("Taken back. The request waits in your inbox again.")
    return see_other("approvals.inbox", request=reference)


@bp.get("/approvals/history")
@requires(Permission.APPROVALS_USE)
def history() -> ResponseReturnValue:
    """What the person decided, with reasons; or what became of all that was sent at once."""
    if name := request.args.get("sent", "")[:64]:
        return _sent_at_once(name)
    rows = decision_history(current_actor(), before_id=_before(), limit=PAGE_SIZE + 1)
    context: dict[str, Any] = {
        "rows": rows[:PAGE_SIZE],
        "more": rows[PAGE_SIZE - 1].decision_id if len(rows) > PAGE_SIZE else None,
    }
    return render_page("approvals/history.html", **context)


def _sent_at_once(name: str) -> ResponseReturnValue:
    outcomes = outcomes_of(current_actor(), name)
    given = [one.decision_id for one in outcomes if one.decision_id]
    answers = answers_among(current_actor(), given)
    return render_page("approvals/decisions.html", outcomes=outcomes, answers=answers)


@bp.get("/approvals/history.csv")
@requires(Permission.APPROVALS_USE)
def history_file() -> ResponseReturnValue:
    """The same as a file, with whose answer each was."""
    rows = decision_history(current_actor(), limit=MOST_IN_FILE)
    return csv_download([_told(row) for row in rows], FILE_COLUMNS, "decisions.csv")


def _told(row: DecisionRow) -> tuple[OutValue, ...]:
    done = "taken back" if row.is_undone else row.verdict.value
    what = (row.reference, row.asker, row.title, row.points)
    return (row.decided_at, *what, done, row.in_place_of, row.reason)


def _before() -> int | None:
    text = request.args.get("before")
    if not text:
        return None
    try:
        return parse_whole_number(text, low=1, high=10**15)
    except CannotRead as unread:
        raise BadInput(f"This address is not complete: {unread}") from unread
