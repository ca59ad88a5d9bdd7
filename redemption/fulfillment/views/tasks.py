"""One task of the desk with its steps."""

from collections.abc import Callable

from flask import request
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError
from marketplace.kernel.parsing import minor_text
from marketplace.web.arguments import id_asked
from marketplace.web.deeds import carried_out, pressed, say_in
from marketplace.web.filters import points_word
from marketplace.web.forms import PageForm
from marketplace.web.pages import current_actor, render_page, requires, see_other
from redemption.codes.queries.waiting import reports_of_line
from redemption.fulfillment import queries
from redemption.fulfillment.forms import (
    ArrivedForm,
    BookForm,
    CompletionForm,
    DueForm,
    GiveBackForm,
    LostForm,
    ProblemForm,
    ProofForm,
    SendForm,
)
from redemption.fulfillment.operations import desk as operations
from redemption.fulfillment.operations import giving_back, proving, shipping
from redemption.fulfillment.operations.parcels import Parcel
from redemption.fulfillment.operations.proving import Proof
from redemption.fulfillment.states import SHIPMENT_TONES, TONES, Work
from redemption.fulfillment.views.shared import bp

Deed = Callable[[], str | None]
Step = Callable[..., None]
AGAIN = "Open the task again and use its buttons. Nothing was changed."


@bp.get("/manage/fulfillment/<int:task_id>")
@requires(Permission.FULFILLMENT_WORK)
def task(task_id: int) -> ResponseReturnValue:
    """One task with everything needed to do it."""
    return _task(task_id)


def _task(
    task_id: int,
    refusal: DomainError | None = None,
    *,
    parcel: int | None = None,
    **forms: PageForm,
) -> ResponseReturnValue:
    """The page with the forms that were sent as they were filled in; `parcel` is whose they are."""
    page = queries.task_page(task_id)
    reports = reports_of_line(page.row.line_id) if page.row.work is Work.ISSUE else ()
    shown = {name: make(formdata=None) for name, make in _FORMS.items()}
    shown |= {"proof": ProofForm(formdata=None, data=_proof_facts(page))} | forms
    wrong = next((form for form in forms.values() if form.errors), None)
    return render_page(
        "fulfillment/task.html",
        status=refusal.status if refusal else 422 if wrong else 200,
        page=page,
        reports=reports,
        refusal=None if wrong else refusal,
        parcel_sent=parcel,
        forms=shown,
        form=wrong,
        tones=TONES,
        parcel_tones=SHIPMENT_TONES,
        today=clock.today(),
    )


_FORMS: dict[str, type[PageForm]] = {
    "send": SendForm,
    "book": BookForm,
    "completion": CompletionForm,
    "arrived": ArrivedForm,
    "lost": LostForm,
    "due": DueForm,
    "problem": ProblemForm,
    "back": GiveBackForm,
}


def _proof_facts(page: queries.TaskPage) -> dict[str, object]:
    """What is known before: the amount that was promised."""
    cash, currency = page.row.facts["cash_minor"], page.row.facts["currency"]
    if page.row.work is not Work.TRANSFER or cash is None:
        return {}
    return {"amount": minor_text(cash * page.row.quantity, currency)}


def _after(
    task_id: int, said: str, deed: Deed, *, parcel: int | None = None, **forms: PageForm
) -> ResponseReturnValue:
    def refused(refusal: DomainError) -> ResponseReturnValue:
        for form in forms.values():
            say_in(form, refusal)
        return _task(task_id, refusal, parcel=parcel, **forms)

    then = see_other("fulfillment.task", task_id=task_id)
    return carried_out(deed, said=said, refused=refused, then=then)


def _press(said: str, step: Step, task_id: int, *which: int) -> ResponseReturnValue:
    """A step that is one button."""
    key = pressed(AGAIN)
    actor, at = current_actor(), clock.now()
    return _after(task_id, said, lambda: step(actor, task_id, *which, request_key=key, at=at))


@bp.post("/manage/fulfillment/<int:task_id>/take")
@requires(Permission.FULFILLMENT_WORK)
def take(task_id: int) -> ResponseReturnValue:
    """Make a task one's own."""
    pressed(AGAIN)
    actor, at = current_actor(), clock.now()
    said = "This is yours now."
    return _after(task_id, said, lambda: operations.take_task(actor, task_id, at=at))


@bp.post("/manage/fulfillment/<int:task_id>/packed")
@requires(Permission.FULFILLMENT_WORK)
def packed(task_id: int) -> ResponseReturnValue:
    """The parcel is packed."""
    return _press("Packed. It waits for its carrier.", operations.mark_packed, task_id)


@bp.post("/manage/fulfillment/<int:task_id>/due")
@requires(Permission.FULFILLMENT_WORK)
def due(task_id: int) -> ResponseReturnValue:
    """Another day by which it has to be done."""
    form, actor, at = DueForm(), current_actor(), clock.now()
    if not form.validate() or form.due_on.data is None:
        return _task(task_id, due=form)
    day = form.due_on.data
    return _after(
        task_id,
        "It is due then.",
        lambda: operations.set_due(actor, task_id, day, request_key=form.key, at=at),
        due=form,
    )


@bp.post("/manage/fulfillment/<int:task_id>/sent")
@requires(Permission.FULFILLMENT_WORK)
def sent(task_id: int) -> ResponseReturnValue:
    """A parcel has left."""
    form, actor, at = SendForm(), current_actor(), clock.now()
    if not form.validate():
        return _task(task_id, send=form)
    parcel = Parcel(
        form.carrier.data or "", form.tracking.data or "", form.units.data, form.sent_on.data
    )
    name = queries.task_page(task_id).row.for_whom
    return _after(
        task_id,
        f"Sent. {name} gets a letter with the tracking number.",
        lambda: shipping.mark_sent(actor, task_id, parcel, request_key=form.key, at=at),
        send=form,
    )


@bp.post("/manage/fulfillment/<int:task_id>/delivered")
@requires(Permission.FULFILLMENT_WORK)
def delivered(task_id: int) -> ResponseReturnValue:
    """A parcel, or all that are on their way, have arrived."""
    form, actor, at = ArrivedForm(), current_actor(), clock.now()
    number = id_asked("parcel", request.form)
    if not form.validate():
        return _task(task_id, parcel=number, arrived=form)
    proof = form.proof.data or ""
    return _after(
        task_id,
        "Delivered.",
        lambda: shipping.mark_delivered(
            actor, task_id, request_key=form.key, at=at, number=number, proof=proof
        ),
        parcel=number,
        arrived=form,
    )


@bp.post("/manage/fulfillment/<int:task_id>/parcels/<int:number>/lost")
@requires(Permission.FULFILLMENT_WORK)
def lost(task_id: int, number: int) -> ResponseReturnValue:
    """A parcel did not arrive."""
    queries.parcel_row(task_id, number)
    form, actor, at = LostForm(), current_actor(), clock.now()
    if not form.validate():
        return _task(task_id, parcel=number, lost=form)
    words = form.known.data or ""
    return _after(
        task_id,
        "It is being looked into. The person gets a letter in your words.",
        lambda: shipping.report_lost(actor, task_id, number, words, request_key=form.key, at=at),
        parcel=number,
        lost=form,
    )


@bp.post("/manage/fulfillment/<int:task_id>/parcels/<int:number>/again")
@requires(Permission.FULFILLMENT_WORK)
def send_again(task_id: int, number: int) -> ResponseReturnValue:
    """What was lost is sent once more."""
    queries.parcel_row(task_id, number)
    said = "It lies on the to do pile again."
    return _press(said, shipping.send_again, task_id, number)


@bp.post("/manage/fulfillment/<int:task_id>/parcels/<int:number>/back")
@requires(Permission.FULFILLMENT_WORK)
def refund_lost(task_id: int, number: int) -> ResponseReturnValue:
    """The points of what was lost come back."""
    queries.parcel_row(task_id, number)
    said = "The points of this parcel are back, and the person gets a letter."
    return _press(said, shipping.refund_lost, task_id, number)


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
        book=form,
    )


@bp.post("/manage/fulfillment/<int:task_id>/done")
@requires(Permission.FULFILLMENT_WORK)
def done(task_id: int) -> ResponseReturnValue:
    """A course is booked, leave is entered, or money was sent."""
    form, actor, at = ProofForm(), current_actor(), clock.now()
    row = queries.task_page(task_id).row
    is_good, minor = form.validate(), form.minor(row.facts["currency"])
    if not is_good or form.amount.errors:
        return _task(task_id, proof=form)
    proof = Proof(form.proof.data or "", form.on.data, minor)
    return _after(
        task_id,
        f"Done. {row.for_whom} gets a letter.",
        lambda: proving.mark_done(actor, task_id, proof, request_key=form.key, at=at),
        proof=form,
    )


@bp.post("/manage/fulfillment/<int:task_id>/completed")
@requires(Permission.FULFILLMENT_WORK)
def completed(task_id: int) -> ResponseReturnValue:
    """A course was finished."""
    form, actor, at = CompletionForm(), current_actor(), clock.now()
    if not form.validate():
        return _task(task_id, completion=form)
    proof = Proof(form.completion.data or "", form.completed_on.data)
    return _after(
        task_id,
        "Completed.",
        lambda: proving.mark_completed(actor, task_id, proof, request_key=form.key, at=at),
        completion=form,
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
        problem=form,
    )


@bp.post("/manage/fulfillment/<int:task_id>/again")
@requires(Permission.FULFILLMENT_WORK)
def again(task_id: int) -> ResponseReturnValue:
    """The problem is solved."""
    return _press("It goes on from here.", operations.try_again, task_id)


@bp.post("/manage/fulfillment/<int:task_id>/back")
@requires(Permission.FULFILLMENT_WORK)
def give_back(task_id: int) -> ResponseReturnValue:
    """It can't be delivered: the points return."""
    form, actor, at = GiveBackForm(), current_actor(), clock.now()
    if not form.validate():
        return _task(task_id, back=form)
    name, reason = queries.task_page(task_id).row.for_whom, form.reason.data or ""

    def deed() -> str:
        back = giving_back.give_back(actor, task_id, reason, request_key=form.key, at=at)
        return f"{name} has {points_word(back)} back and gets a letter."

    return _after(task_id, "", deed, back=form)
