"""Transfers between budgets in the browser: one person asks, another decides."""

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.budgets.forms import DeclineForm, TransferForm
from marketplace.budgets.operations.transfers import (
    Wanted,
    approve_transfer,
    ask_for_transfer,
    decline_transfer,
    withdraw_transfer,
)
from marketplace.budgets.queries import budget_choices
from marketplace.budgets.queries.transfers import refuse_unknown, transfer_rows
from marketplace.budgets.states import TransferState
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError
from marketplace.people.deciders import among, remedy_for, those_who_may, who_may
from marketplace.web.deeds import button_form, once
from marketplace.web.filters import points_word
from marketplace.web.pages import (
    current_actor,
    flash_done,
    flash_notice,
    render_page,
    requires,
    see_other,
)

bp = Blueprint("transfers", __name__, url_prefix="/manage/budgets/transfers")


@bp.get("")
@requires(Permission.BUDGETS_MANAGE)
def overview() -> ResponseReturnValue:
    """What waits for a second person, and what was decided."""
    return _overview(DeclineForm(formdata=None))


def _overview(form: DeclineForm, declined: int | None = None) -> ResponseReturnValue:
    """All of them; `declined` is the one whose no still lacks its words."""
    if declined is not None:
        form.note.id = f"note-{declined}"
    rows, keepers = transfer_rows(), those_who_may(Permission.BUDGETS_MANAGE)
    remedy = remedy_for(Permission.BUDGETS_MANAGE)
    waiting = {one.asked_by_id for one in rows if one.state is TransferState.ASKED}
    return render_page(
        "budgets/transfers.html",
        rows=rows,
        others={asker: among(keepers, [asker], remedy) for asker in waiting},
        me=current_actor().id,
        form=form,
        declined=declined,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.BUDGETS_MANAGE)
def new() -> ResponseReturnValue:
    """Ask to move points from one budget to another."""
    form = TransferForm(budget_choices())
    if not form.validate_on_submit():
        return render_page("budgets/transfer.html", form=form)
    at = clock.now()
    wanted = Wanted(
        int(form.giver.data), int(form.taker.data), form.points.data or 0, form.reason.data or ""
    )
    try:
        once(form, lambda actor: str(ask_for_transfer(actor, wanted, at=at)), at=at)
    except DomainError as refusal:
        form.form_errors.append(refusal.message)
        return render_page("budgets/transfer.html", form=form)
    others = who_may(Permission.BUDGETS_MANAGE, without=[current_actor().id])
    flash = flash_notice if others.are_nobody else flash_done
    flash(
        f"Asked. {points_word(wanted.points)} move as soon as a second person agrees. "
        f"{others.can('agree')}"
    )
    return see_other("transfers.overview")


@bp.post("/<int:transfer_id>/approve")
@requires(Permission.BUDGETS_MANAGE)
def approve(transfer_id: int) -> ResponseReturnValue:
    """Agree to a transfer that somebody else asked for."""
    at = clock.now()
    _press(lambda actor: approve_transfer(actor, transfer_id, at=at))
    flash_done("The points have moved.")
    return see_other("transfers.overview")


@bp.post("/<int:transfer_id>/decline")
@requires(Permission.BUDGETS_MANAGE)
def decline(transfer_id: int) -> ResponseReturnValue:
    """Say no to a transfer that somebody else asked for, with a reason."""
    form, at = DeclineForm(), clock.now()
    refuse_unknown(transfer_id)
    if not form.validate_on_submit():
        return _overview(form, transfer_id)
    note = form.note.data or ""
    once(form, lambda actor: _said(decline_transfer(actor, transfer_id, note=note, at=at)), at=at)
    flash_done("Declined. Nothing was moved.")
    return see_other("transfers.overview")


@bp.post("/<int:transfer_id>/withdraw")
@requires(Permission.BUDGETS_MANAGE)
def withdraw(transfer_id: int) -> ResponseReturnValue:
    """Take back one's own asking."""
    at = clock.now()
    _press(lambda actor: withdraw_transfer(actor, transfer_id, at=at))
    flash_done("Taken back. Nothing was moved.")
    return see_other("transfers.overview")


def _press(work: Callable[[Actor], None]) -> None:
    form = button_form("Open the transfers again and use their buttons. Nothing was moved.")
    once(form, lambda actor: _said(work(actor)), at=clock.now())


def _said(_nothing: None) -> str:
    return "done"
