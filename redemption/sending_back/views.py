"""Sending something back: asked for on the page of a request, answered and received at the desk."""

from collections.abc import Callable

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.web.deeds import carried_out, pressed, say_in
from marketplace.web.filters import points_are
from marketplace.web.forms import PageForm
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other
from redemption.fulfillment.queries import pile_sizes
from redemption.panels import Panel, line_panel
from redemption.sending_back import operations, queries
from redemption.sending_back.forms import AcceptForm, AskForm, DeclineForm, ReceiveForm
from redemption.sending_back.operations import Received, Wanted
from redemption.sending_back.policies import last_day, return_obstacle, returnable_units
from redemption.sending_back.states import TONES, ReturnState

bp = Blueprint("sending_back", __name__)
_AGAIN = "Open the return again and use its buttons. Nothing was changed."


@line_panel(queries.may_be_returned)
def panel(actor: Actor, line_id: int) -> Panel | None:
    """What can be sent back of a request, and what is on its way back."""
    found = queries.own_returns(actor, line_id)
    if found is None:
        return None
    facts, rows = found.facts, found.rows
    obstacle = return_obstacle(facts, at=clock.now())
    values = {"rows": rows, "obstacle": obstacle, "until": last_day(facts), "tones": TONES}
    return Panel("sending_back/_panel.html", values)


@bp.route("/redemptions/<reference>/return", methods=["GET", "POST"])
@requires(Permission.REWARD_REDEEM)
def ask(reference: str) -> ResponseReturnValue:
    """Ask to send something back, after saying what comes back for it."""
    actor, at = current_actor(), clock.now()
    page, form, refusal = queries.own_line(actor, reference), AskForm(), None
    if form.validate_on_submit():
        wanted = Wanted(form.units.data or 0, form.reason.data or "")
        try:
            with transaction():
                operations.ask_return(actor, reference, wanted, request_key=form.key, at=at)
        except NotFound:
            raise
        except DomainError as problem:
            session().close()
            refusal, page = problem, queries.own_line(actor, reference)
            say_in(form, problem)
        else:
            flash_done("Asked. You read here and in a letter how it goes on.")
            return see_other("redemption.show", reference=reference)
    left = returnable_units(page.facts, at=at)
    if not form.is_submitted():
        form.units.data = left or None
    return render_page(
        "sending_back/ask.html",
        status=refusal.status if refusal else 200,
        page=page,
        form=form,
        left=left,
        obstacle=return_obstacle(page.facts, at=at),
        back=page.facts.terms.points_back(left * page.unit_points),
    )


@bp.post("/redemptions/<reference>/returns/<int:number>/withdraw")
@requires(Permission.REWARD_REDEEM)
def withdraw(reference: str, number: int) -> ResponseReturnValue:
    """Keep it after all."""
    actor, at = current_actor(), clock.now()
    queries.own_line(actor, reference)
    key = pressed(_AGAIN)
    with transaction():
        operations.withdraw_return(actor, reference, number, request_key=key, at=at)
    flash_done("You keep it. Your points are unchanged.")
    return see_other("redemption.show", reference=reference)


@bp.get("/manage/fulfillment/returns")
@requires(Permission.FULFILLMENT_WORK)
def desk() -> ResponseReturnValue:
    """The returns that wait for the desk or the post, and those that are over."""
    is_open = request.args.get("over") != "yes"
    return render_page(
        "sending_back/desk.html",
        rows=queries.pile(is_open=is_open),
        is_open=is_open,
        sizes=pile_sizes(),
        today=clock.today(),
        tones=TONES,
    )


@bp.get("/manage/fulfillment/returns/<int:return_id>")
@requires(Permission.FULFILLMENT_WORK)
def show(return_id: int) -> ResponseReturnValue:
    """One return with everything to decide by."""
    return _show(return_id)


def _show(return_id: int, status: int = 200, **forms: PageForm) -> ResponseReturnValue:
    page = queries.return_page(return_id)
    shown = {
        "accept": AcceptForm(formdata=None),
        "decline": DeclineForm(formdata=None),
        "receive": ReceiveForm(formdata=None, data={"units": page.row.units, "damaged": 0}),
    } | forms
    return render_page(
        "sending_back/show.html",
        status=status,
        page=page,
        forms=shown,
        form=next((form for form in forms.values() if form.errors), None),
        tones=TONES,
        today=clock.today(),
        is_accepted=page.row.state is ReturnState.ACCEPTED,
    )


def _after(return_id: int, deed: Callable[[], str], **forms: PageForm) -> ResponseReturnValue:
    def refused(refusal: DomainError) -> ResponseReturnValue:
        for form in forms.values():
            say_in(form, refusal)
        return _show(return_id, refusal.status, **forms)

    then = see_other("sending_back.show", return_id=return_id)
    return carried_out(deed, refused=refused, then=then)


@bp.post("/manage/fulfillment/returns/<int:return_id>/accept")
@requires(Permission.FULFILLMENT_WORK)
def accept(return_id: int) -> ResponseReturnValue:
    """Agree to take it back."""
    form, actor, at = AcceptForm(), current_actor(), clock.now()
    if not form.validate():
        return _show(return_id, accept=form)

    def deed() -> str:
        words = form.send_to.data or ""
        operations.accept_return(actor, return_id, words, request_key=form.key, at=at)
        return "Agreed. The person gets a letter with your words."

    return _after(return_id, deed, accept=form)


@bp.post("/manage/fulfillment/returns/<int:return_id>/decline")
@requires(Permission.FULFILLMENT_WORK)
def decline(return_id: int) -> ResponseReturnValue:
    """Say no."""
    form, actor, at = DeclineForm(), current_actor(), clock.now()
    if not form.validate():
        return _show(return_id, decline=form)

    def deed() -> str:
        why = form.why.data or ""
        operations.decline_return(actor, return_id, why, request_key=form.key, at=at)
        return "Declined. The person gets a letter with your words."

    return _after(return_id, deed, decline=form)


@bp.post("/manage/fulfillment/returns/<int:return_id>/received")
@requires(Permission.FULFILLMENT_WORK)
def receive(return_id: int) -> ResponseReturnValue:
    """It arrived: the points come back."""
    form, actor, at = ReceiveForm(), current_actor(), clock.now()
    if not form.validate():
        return _show(return_id, receive=form)
    arrived = Received(form.units.data or 0, form.damaged.data or 0, form.note.data or "")

    def deed() -> str:
        back = operations.receive_return(actor, return_id, arrived, request_key=form.key, at=at)
        return f"Received. {points_are(back)} back."

    return _after(return_id, deed, receive=form)
