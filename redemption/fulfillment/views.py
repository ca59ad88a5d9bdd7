"""The desk: piles of tasks, one task with its steps; and the parcel or trip on a request's page."""

from collections.abc import Callable

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, DomainError, NotFound
from marketplace.web.deeds import pressed
from marketplace.web.filters import points_word
from marketplace.web.forms import PageForm
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other
from redemption.fulfillment import queries
from redemption.fulfillment.forms import (
    BookForm,
    GiveBackForm,
    ProblemForm,
    ProofForm,
    SendForm,
)
from redemption.fulfillment.operations import desk as operations
from redemption.fulfillment.states import TONES, View
from redemption.panels import Panel, line_panel

bp = Blueprint("fulfillment", __name__)
Deed = Callable[[], None]


@line_panel
def panel(actor: Actor, line_id: int) -> Panel | None:
    """The parcel, the booking or the delay on the page of a request."""
    work = queries.own_work(actor, line_id)
    if work is None:
        return None
    return Panel("fulfillment/_panel.html", {"work": work, "tones": TONES})


@bp.get("/manage/fulfillment")
@requires(Permission.FULFILLMENT_WORK)
def desk() -> ResponseReturnValue:
    """The piles: to do, sent, problem."""
    asked = request.args.get("view", View.TO_DO)
    if asked not in set(View):
        raise BadInput("There are three piles: to do, sent and problem. Choose one of them.")
    view = View(asked)
    return render_page(
        "fulfillment/desk.html",
        view=view,
        views=list(View),
        sizes=queries.pile_sizes(),
        rows=queries.pile(view),
        today=clock.today(),
        tones=TONES,
    )


@bp.get("/manage/fulfillment/<int:task_id>")
@requires(Permission.FULFILLMENT_WORK)
def task(task_id: int) -> ResponseReturnValue:
    """One task with everything needed to do it."""
    return _task(task_id)


def _task(
    task_id: int, refusal: DomainError | None = None, **forms: PageForm
) -> ResponseReturnValue:
    page = queries.task_page(task_id)
    shown = {
        "send": SendForm(formdata=None),
        "book": BookForm(formdata=None),
        "proof": ProofForm(formdata=None),
        "problem": ProblemForm(formdata=None),
        "back": GiveBackForm(formdata=None),
    } | forms
    wrong = next((form for form in forms.values() if form.errors), None)
    return render_page(
        "fulfillment/task.html",
        status=refusal.status if refusal else 200,
        page=page,
        refusal=refusal,
        forms=shown,
        form=wrong,
        tones=TONES,
        today=clock.today(),
    )


def _after(task_id: int, said: str, deed: Deed) -> ResponseReturnValue:
    try:
        with transaction():
            deed()
    except NotFound:
        raise
    except DomainError as refusal:
        session().close()
        return _task(task_id, refusal)
    flash_done(said)
    return see_other("fulfillment.task", task_id=task_id)


def _step_key() -> str:
    return pressed("Open the task again and use its buttons. Nothing was changed.")


@bp.post("/manage/fulfillment/<int:task_id>/take")
@requires(Permission.FULFILLMENT_WORK)
def take(task_id: int) -> ResponseReturnValue:
    """Make a task one's own."""
    _step_key()
    actor, at = current_actor(), clock.now()
    return _after(
        task_id, "This is yours now.", lambda: operations.take_task(actor, task_id, at=at)
    )


@bp.post("/manage/fulfillment/<int:task_id>/packed")
@requires(Permission.FULFILLMENT_WORK)
def packed(task_id: int) -> ResponseReturnValue:
    """The parcel is packed."""
    key, actor, at = _step_key(), current_actor(), clock.now()
    return _after(
        task_id,
        "Packed. It waits for its carrier.",
        lambda: operations.mark_packed(actor, task_id, request_key=key, at=at),
    )


@bp.post("/manage/fulfillment/<int:task_id>/sent")
@requires(Permission.FULFILLMENT_WORK)
def sent(task_id: int) -> ResponseReturnValue:
    """The parcel has left."""
    form, actor, at = SendForm(), current_actor(), clock.now()
    if not form.validate():
        return _task(task_id, send=form)
    parcel = operations.Parcel(form.carrier.data or "", form.tracking.data or "")
    name = queries.task_page(task_id).row.for_whom
    return _after(
        task_id,
        f"Sent. {name} gets a letter with the tracking number.",
        lambda: operations.mark_sent(actor, task_id, parcel, request_key=form.key, at=at),
    )


@bp.post("/manage/fulfillment/<int:task_id>/delivered")
@requires(Permission.FULFILLMENT_WORK)
def delivered(task_id: int) -> ResponseReturnValue:
    """The parcel has arrived."""
    key, actor, at = _step_key(), current_actor(), clock.now()
    return _after(
        task_id,
        "Delivered.",
        lambda: operations.mark_delivered(actor, task_id, request_key=key, at=at),
    )


@bp.post("/manage/fulfillment/<int:task_id>/booked")
@requires(Permission.FULFILLMENT_WORK)
def booked(task_id: int) -> ResponseReturnValue:
    """The place is confirmed."""
    form, actor, at = BookForm(), current_actor(), clock.now()
    if not form.validate():
        return _task(task_id, book=form)
    name, number = queries.task_page(task_id).row.for_whom, form.confirmation.data or ""
    return _after(
        task_id,
        f"Booked. {name} gets a letter with the confirmation number.",
        lambda: operations.mark_booked(actor, task_id, number, request_key=form.key, at=at),
    )


@bp.post("/manage/fulfillment/<int:task_id>/done")
@requires(Permission.FULFILLMENT_WORK)
def done(task_id: int) -> ResponseReturnValue:
    """A course is booked, leave is entered, or money was sent."""
    form, actor, at = ProofForm(), current_actor(), clock.now()
    if not form.validate():
        return _task(task_id, proof=form)
    name, proof = queries.task_page(task_id).row.for_whom, form.proof.data or ""
    return _after(
        task_id,
        f"Done. {name} gets a letter.",
        lambda: operations.mark_done(actor, task_id, proof, request_key=form.key, at=at),
    )


@bp.post("/manage/fulfillment/<int:task_id>/problem")
@requires(Permission.FULFILLMENT_WORK)
def problem(task_id: int) -> ResponseReturnValue:
    """Something is in the way."""
    form, actor, at = ProblemForm(), current_actor(), clock.now()
    if not form.validate():
        return _task(task_id, problem=form)
    name, words = queries.task_page(task_id).row.for_whom, form.words.data or ""
    return _after(
        task_id,
        f"It lies on the problem pile. {name} gets a letter in your words.",
        lambda: operations.report_problem(actor, task_id, words, request_key=form.key, at=at),
    )


@bp.post("/manage/fulfillment/<int:task_id>/again")
@requires(Permission.FULFILLMENT_WORK)
def again(task_id: int) -> ResponseReturnValue:
    """The problem is solved."""
    key, actor, at = _step_key(), current_actor(), clock.now()
    return _after(
        task_id,
        "It goes on from here.",
        lambda: operations.try_again(actor, task_id, request_key=key, at=at),
    )


@bp.post("/manage/fulfillment/<int:task_id>/back")
@requires(Permission.FULFILLMENT_WORK)
def give_back(task_id: int) -> ResponseReturnValue:
    """It can't be delivered: the points return."""
    form, actor, at = GiveBackForm(), current_actor(), clock.now()
    if not form.validate():
        return _task(task_id, back=form)
    page, reason = queries.task_page(task_id), form.reason.data or ""
    return _after(
        task_id,
        f"{page.row.for_whom} has {points_word(page.points)} back and gets a letter.",
        lambda: operations.give_back(actor, task_id, reason, request_key=form.key, at=at),
    )
