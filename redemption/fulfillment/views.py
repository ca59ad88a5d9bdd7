"""The desk: piles of tasks, one task with its steps; and the parcel or trip on a request's page."""

from collections.abc import Callable

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, DomainError, NotFound
from marketplace.kernel.parsing import minor_text
from marketplace.web.arguments import id_asked, is_id
from marketplace.web.deeds import pressed
from marketplace.web.downloads import csv_download
from marketplace.web.filters import points_word
from marketplace.web.forms import PageForm
from marketplace.web.pages import (
    current_actor,
    flash_done,
    flash_notice,
    render_page,
    requires,
    see_other,
)
from redemption.fulfillment import bulk, queries
from redemption.fulfillment.forms import (
    ArrivedForm,
    BookForm,
    CompletionForm,
    DueForm,
    GiveBackForm,
    LostForm,
    PastedForm,
    ProblemForm,
    ProofForm,
    SendForm,
    TroubleForm,
)
from redemption.fulfillment.operations import desk as operations
from redemption.fulfillment.operations import giving_back, proving, shipping
from redemption.fulfillment.operations.parcels import Parcel
from redemption.fulfillment.operations.proving import Proof
from redemption.fulfillment.operations.reporting import Complaint, report_trouble
from redemption.fulfillment.pasted import MOST_LINES, read_pasted
from redemption.fulfillment.states import SHIPMENT_TONES, TONES, View, Work
from redemption.panels import Panel, line_panel
from redemption.queries.named import held_line

bp = Blueprint("fulfillment", __name__)
Deed = Callable[[], None]


@line_panel()
def panel(actor: Actor, line_id: int) -> Panel | None:
    """The parcel, the booking or the delay on the page of a request."""
    work = queries.own_work(actor, line_id)
    if work is None:
        return None
    tones = {"tones": TONES, "parcel_tones": SHIPMENT_TONES}
    return Panel("fulfillment/_panel.html", {"work": work, **tones})


@bp.get("/manage/fulfillment")
@requires(Permission.FULFILLMENT_WORK)
def desk() -> ResponseReturnValue:
    """The piles: to do, sent, problem."""
    asked = request.args.get("view", View.TO_DO)
    if asked not in set(View):
        raise BadInput("There are three piles: to do, sent and problem. Choose one of them.")
    return _desk(View(asked))


def _desk(view: View, form: DueForm | None = None) -> ResponseReturnValue:
    return render_page(
        "fulfillment/desk.html",
        status=422 if form and form.errors else 200,
        view=view,
        views=list(View),
        sizes=queries.pile_sizes(),
        returns=queries.open_returns(),
        rows=queries.pile(view),
        form=form or DueForm(formdata=None),
        today=clock.today(),
        tones=TONES,
    )


@bp.post("/manage/fulfillment/many")
@requires(Permission.FULFILLMENT_WORK)
def many() -> ResponseReturnValue:
    """Take over, or set a day for, every task that was ticked."""
    actor, at = current_actor(), clock.now()
    chosen = [int(one) for one in request.form.getlist("task") if is_id(one)][: queries.LISTED]
    if request.form.get("deed") == "take":
        _step_key()
        done = bulk.take_many(actor, chosen, at=at)
    else:
        form = DueForm()
        if not form.validate() or form.due_on.data is None:
            return _desk(View.TO_DO, form)
        done = bulk.due_many(actor, chosen, form.due_on.data, request_key=form.key, at=at)
    refused = [one for one in done if one.refusal]
    flash_done(f"{len(done) - len(refused)} of {len(done)} done.")
    for one in refused[:5]:
        flash_notice(f"{one.what}: {one.refusal}")
    return see_other("fulfillment.desk")


@bp.route("/manage/fulfillment/sending", methods=["GET", "POST"])
@requires(Permission.FULFILLMENT_WORK)
def sending() -> ResponseReturnValue:
    """Mark many parcels as sent by lines that are pasted; first looked at, then done."""
    form, actor, at = PastedForm(), current_actor(), clock.now()
    if not form.validate_on_submit():
        return render_page("fulfillment/sending.html", form=form, done=None, is_dry=True)
    rows = read_pasted(form.rows.data or "")
    if len(rows) > MOST_LINES:
        form.rows.errors = [f"Paste up to {MOST_LINES} lines at once; these are {len(rows):,}."]
        return render_page("fulfillment/sending.html", 422, form=form, done=None, is_dry=True)
    is_dry = request.form.get("deed") != "send"
    done = bulk.send_many(actor, rows, request_key=form.key, at=at, dry_run=is_dry)
    sent = len([one for one in done if not one.refusal])
    if not is_dry and sent == len(done):
        flash_done(f"{sent} sent. Everyone gets a letter.")
        return see_other("fulfillment.desk", view=View.SENT)
    return render_page("fulfillment/sending.html", form=form, done=done, is_dry=is_dry, sent=sent)


@bp.get("/manage/fulfillment/donations.csv")
@requires(Permission.FULFILLMENT_WORK)
def donations() -> ResponseReturnValue:
    """What was given, with its receipts, of this year and the last."""
    today = clock.today()
    rows = queries.donation_rows(today.replace(year=today.year - 1, month=1, day=1), today)
    return csv_download(rows, queries.DONATION_COLUMNS, "donations.csv")


@bp.get("/manage/fulfillment/<int:task_id>")
@requires(Permission.FULFILLMENT_WORK)
def task(task_id: int) -> ResponseReturnValue:
    """One task with everything needed to do it."""
    return _task(task_id)


def _task(
    task_id: int, refusal: DomainError | None = None, **forms: PageForm
) -> ResponseReturnValue:
    page = queries.task_page(task_id)
    shown = {name: make(formdata=None) for name, make in _FORMS.items()}
    shown |= {"proof": ProofForm(formdata=None, data=_proof_facts(page))} | forms
    wrong = next((form for form in forms.values() if form.errors), None)
    status = 422 if wrong else 200
    return render_page(
        "fulfillment/task.html",
        status=refusal.status if refusal else status,
        page=page,
        refusal=refusal,
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
    )


@bp.post("/manage/fulfillment/<int:task_id>/delivered")
@requires(Permission.FULFILLMENT_WORK)
def delivered(task_id: int) -> ResponseReturnValue:
    """A parcel, or all that are on their way, have arrived."""
    form, actor, at = ArrivedForm(), current_actor(), clock.now()
    number = id_asked("parcel", request.form)
    if not form.validate():
        return _task(task_id, arrived=form)
    proof = form.proof.data or ""
    return _after(
        task_id,
        "Delivered.",
        lambda: shipping.mark_delivered(
            actor, task_id, request_key=form.key, at=at, number=number, proof=proof
        ),
    )


@bp.post("/manage/fulfillment/<int:task_id>/parcels/<int:number>/lost")
@requires(Permission.FULFILLMENT_WORK)
def lost(task_id: int, number: int) -> ResponseReturnValue:
    """A parcel did not arrive."""
    queries.parcel_row(task_id, number)
    form, actor, at = LostForm(), current_actor(), clock.now()
    if not form.validate():
        return _task(task_id, lost=form)
    words = form.known.data or ""
    return _after(
        task_id,
        "It is being looked into. The person gets a letter in your words.",
        lambda: shipping.report_lost(actor, task_id, number, words, request_key=form.key, at=at),
    )


@bp.post("/manage/fulfillment/<int:task_id>/parcels/<int:number>/again")
@requires(Permission.FULFILLMENT_WORK)
def send_again(task_id: int, number: int) -> ResponseReturnValue:
    """What was lost is sent once more."""
    queries.parcel_row(task_id, number)
    key, actor, at = _step_key(), current_actor(), clock.now()
    return _after(
        task_id,
        "It lies on the to do pile again.",
        lambda: shipping.send_again(actor, task_id, number, request_key=key, at=at),
    )


@bp.post("/manage/fulfillment/<int:task_id>/parcels/<int:number>/back")
@requires(Permission.FULFILLMENT_WORK)
def refund_lost(task_id: int, number: int) -> ResponseReturnValue:
    """The points of what was lost come back."""
    queries.parcel_row(task_id, number)
    key, actor, at = _step_key(), current_actor(), clock.now()
    return _after(
        task_id,
        "The points of this parcel are back, and the person gets a letter.",
        lambda: shipping.refund_lost(actor, task_id, number, request_key=key, at=at),
    )


@bp.post("/redemptions/<reference>/parcels/<int:number>/arrived")
@requires(Permission.REWARD_REDEEM)
def arrived(reference: str, number: int) -> ResponseReturnValue:
    """The person says that a parcel arrived."""
    actor, at = current_actor(), clock.now()
    line_id = held_line(actor, reference)
    key = pressed("Open your request again and use its buttons. Nothing was changed.")
    with transaction():
        shipping.confirm_arrival(actor, line_id, number, request_key=key, at=at)
    flash_done("Good to know. Enjoy it!")
    return see_other("redemption.show", reference=reference)


@bp.route("/redemptions/<reference>/parcels/<int:number>/problem", methods=["GET", "POST"])
@requires(Permission.REWARD_REDEEM)
def report(reference: str, number: int) -> ResponseReturnValue:
    """The person says that a parcel never came, or what is wrong with what came."""
    actor, at, form = current_actor(), clock.now(), TroubleForm()
    line_id = held_line(actor, reference)
    page = queries.own_parcel(line_id, number)
    if not page.may_report or not form.validate_on_submit():
        return render_page("fulfillment/report.html", page=page, reference=reference, form=form)
    with transaction():
        complaint = Complaint(number, form.chosen, form.told.data or "")
        report_trouble(actor, line_id, complaint, request_key=form.key, at=at)
    flash_done("Thank you. The rewards desk looks into it.")
    return see_other("redemption.show", reference=reference)


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
    row = queries.task_page(task_id).row
    is_good, minor = form.validate(), form.minor(row.facts["currency"])
    if not is_good or form.amount.errors:
        return _task(task_id, proof=form)
    proof = Proof(form.proof.data or "", form.on.data, minor)
    return _after(
        task_id,
        f"Done. {row.for_whom} gets a letter.",
        lambda: proving.mark_done(actor, task_id, proof, request_key=form.key, at=at),
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
        lambda: giving_back.give_back(actor, task_id, reason, request_key=form.key, at=at),
    )
