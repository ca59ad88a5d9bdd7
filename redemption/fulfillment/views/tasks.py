"""One task of the desk with its steps."""

from collections.abc import Callable
from functools import partial
from typing import Any

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


def _step(
    task_id: int,
    said: str,
    step: Step,
    *what: Any,
    sent: dict[str, PageForm] | None = None,
    parcel: int | None = None,
    **more: Any,
) -> ResponseReturnValue:
    """One step of a task with what was `sent` for it, if anything; then the task again."""
    forms = sent or {}
    key = next((form.key for form in forms.values()), "") or pressed(AGAIN)
    deed = partial(step, current_actor(), task_id, *what, request_key=key, at=clock.now(), **more)
    return _after(task_id, said, deed, parcel=parcel, **forms)


def _name(task_id: int) -> str:
    """Whom the task is for."""
    return queries.task_page(task_id).row.for_whom


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
    said = "Packed. It waits for its carrier."
    return _step(task_id, said, operations.mark_packed)


@bp.post("/manage/fulfillment/<int:task_id>/due")
@requires(Permission.FULFILLMENT_WORK)
def due(task_id: int) -> ResponseReturnValue:
    """Another day by which it has to be done."""
    form = DueForm()
    if not form.validate():
        return _task(task_id, due=form)
    return _step(
        task_id, "It is due then.", operations.set_due, form.due_on.data, sent={"due": form}
    )


@bp.post("/manage/fulfillment/<int:task_id>/sent")
@requires(Permission.FULFILLMENT_WORK)
def sent(task_id: int) -> ResponseReturnValue:
    """A parcel has left."""
    form = SendForm()
    if not form.validate():
        return _task(task_id, send=form)
    parcel = Parcel(
        form.carrier.data or "", form.tracking.data or "", form.units.data, form.sent_on.data
    )
    said = f"Sent. {_name(task_id)} gets a letter with the tracking number."
    return _step(task_id, said, shipping.mark_sent, parcel, sent={"send": form})


@bp.post("/manage/fulfillment/<int:task_id>/delivered")
@requires(Permission.FULFILLMENT_WORK)
def delivered(task_id: int) -> ResponseReturnValue:
    """A parcel, or all that are on their way, have arrived."""
    form = ArrivedForm()
    number = id_asked("parcel", request.form)
    if not form.validate():
        return _task(task_id, parcel=number, arrived=form)
    what = {"number": number, "proof": form.proof.data or ""}
    return _step(
        task_id,
        "Delivered.",
        shipping.mark_delivered,
        sent={"arrived": form},
        parcel=number,
        **what,
    )


@bp.post("/manage/fulfillment/<int:task_id>/parcels/<int:number>/lost")
@requires(Permission.FULFILLMENT_WORK)
def lost(task_id: int, number: int) -> ResponseReturnValue:
    """A parcel did not arrive."""
    queries.parcel_row(task_id, number)
    form = LostForm()
    if not form.validate():
        return _task(task_id, parcel=number, lost=form)
    said = "It is being looked into. The person gets a letter in your words."
    return _step(
        task_id,
        said,
        shipping.report_lost,
        number,
        form.known.data or "",
        sent={"lost": form},
        parcel=number,
    )


@bp.post("/manage/fulfillment/<int:task_id>/parcels/<int:number>/again")
@requires(Permission.FULFILLMENT_WORK)
def send_again(task_id: int, number: int) -> ResponseReturnValue:
    """What was lost is sent once more."""
    queries.parcel_row(task_id, number)
    said = "It lies on the to do pile again."
    return _step(task_id, said, shipping.send_again, number)


@bp.post("/manage/fulfillment/<int:task_id>/parcels/<int:number>/back")
@requires(Permission.FULFILLMENT_WORK)
def refund_lost(task_id: int, number: int) -> ResponseReturnValue:
    """The points of what was lost come back."""
    queries.parcel_row(task_id, number)
    said = "The points of this parcel are back, and the person gets a letter."
    return _step(task_id, said, shipping.refund_lost, number)


@bp.post("/manage/fulfillment/<int:task_id>/booked")
@requires(Permission.FULFILLMENT_WORK)
def booked(task_id: int) -> ResponseReturnValue:
    """The place is confirmed."""
    form = BookForm()
    if not form.validate():
        return _task(task_id, book=form)
    said = f"Booked. {_name(task_id)} gets a letter with the confirmation number."
    return _step(
        task_id, said, operations.mark_booked, form.confirmation.data or "", sent={"book": form}
    )


@bp.post("/manage/fulfillment/<int:task_id>/done")
@requires(Permission.FULFILLMENT_WORK)
def done(task_id: int) -> ResponseReturnValue:
    """A course is booked, leave is entered, or money was sent."""
    form = ProofForm()
    row = queries.task_page(task_id).row
    is_good, minor = form.validate(), form.minor(row.facts["currency"])
    if not is_good or form.amount.errors:
        return _task(task_id, proof=form)
    proof = Proof(form.proof.data or "", form.on.data, minor)
    said = f"Done. {row.for_whom} gets a letter."
    return _step(task_id, said, proving.mark_done, proof, sent={"proof": form})


@bp.post("/manage/fulfillment/<int:task_id>/completed")
@requires(Permission.FULFILLMENT_WORK)
def completed(task_id: int) -> ResponseReturnValue:
    """A course was finished."""
    form = CompletionForm()
    if not form.validate():
        return _task(task_id, completion=form)
    proof = Proof(form.completion.data or "", form.completed_on.data)
    return _step(task_id, "Completed.", proving.mark_completed, proof, sent={"completion": form})


@bp.post("/manage/fulfillment/<int:task_id>/problem")
@requires(Permission.FULFILLMENT_WORK)
def problem(task_id: int) -> ResponseReturnValue:
    """Something is in the way."""
    form = ProblemForm()
    if not form.validate():
        return _task(task_id, problem=form)
    said = f"It lies on the problem pile. {_name(task_id)} gets a letter in your words."
    return _step(
        task_id, said, operations.report_problem, form.words.data or "", sent={"problem": form}
    )


@bp.post("/manage/fulfillment/<int:task_id>/again")
@requires(Permission.FULFILLMENT_WORK)
def again(task_id: int) -> ResponseReturnValue:
    """The problem is solved."""
    return _step(task_id, "It goes on from here.", operations.try_again)


@bp.post("/manage/fulfillment/<int:task_id>/back")
@requires(Permission.FULFILLMENT_WORK)
def give_back(task_id: int) -> ResponseReturnValue:
    """It can't be delivered: the points return."""
    form, actor, at = GiveBackForm(), current_actor(), clock.now()
    if not form.validate():
        return _task(task_id, back=form)
    name, reason = _name(task_id), form.reason.data or ""

    def deed() -> str:
        back = giving_back.give_back(actor, task_id, reason, request_key=form.key, at=at)
        return f"{name} has {points_word(back)} back and gets a letter."

    return _after(task_id, "", deed, back=form)
