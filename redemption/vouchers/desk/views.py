"""The desk where vouchers are used, the holder's statement, and undoing for managers."""

from datetime import timedelta
from decimal import Decimal

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.codes import grouped
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import DomainError
from marketplace.kernel.parsing import minor_text
from marketplace.kernel.settings import current
from marketplace.kernel.tabular.writing import OutValue
from marketplace.web.deeds import carried_out, pressed, say_in
from marketplace.web.downloads import csv_download
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other
from redemption.panels import Panel, line_panel
from redemption.vouchers.desk import operations, queries
from redemption.vouchers.desk.errors import amount_said
from redemption.vouchers.desk.forms import CodeForm, UndoForm, UseForm
from redemption.vouchers.desk.links import link_token, voucher_behind
from redemption.vouchers.desk.policies import unknown_words, use_obstacle
from redemption.vouchers.policies import ends_at
from redemption.vouchers.states import STANDINGS, TONES

bp = Blueprint("voucher_desk", __name__)
A_DAY = timedelta(hours=24)


@bp.route("/desk", methods=["GET", "POST"])
@requires(Permission.VOUCHERS_ACCEPT)
def find() -> ResponseReturnValue:
    """Enter or scan a code; below it what one booked lately."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _find(form)
    actor, at = current_actor(), clock.now()
    with transaction():
        voucher_id = operations.find_at_desk(actor, form.code.data or "", at=at)
    if voucher_id is None:
        form.code.errors = [unknown_words(form.code.data or "", current().base_url)]
        return _find(form, status=404)
    return see_other("voucher_desk.show", token=link_token(actor, voucher_id, at=at))


def _find(form: CodeForm, status: int = 200) -> ResponseReturnValue:
    actor, at = current_actor(), clock.now()
    mine = queries.booked_by(actor, since=at - A_DAY)
    return render_page(
        "desk/find.html",
        status=status,
        form=form,
        rows=mine,
        actor=actor,
        at=at,
        said=amount_said,
        undo_minutes=current().desk_undo_minutes,
    )


@bp.route("/desk/vouchers/<token>", methods=["GET", "POST"])
@requires(Permission.VOUCHERS_ACCEPT)
def show(token: str) -> ResponseReturnValue:
    """One voucher: what is left, until when, its history, and booking a use."""
    actor, at = current_actor(), clock.now()
    voucher = queries.desk_voucher(actor, voucher_behind(actor, token, at=at))
    form = UseForm(voucher.currency, data={"place": queries.usual_place(actor)})
    if not form.validate_on_submit():
        return _voucher_page(actor, token, voucher, form)
    try:
        with transaction():
            use_id = operations.book_use(actor, voucher.id, form.use, request_key=form.key, at=at)
    except DomainError as refusal:
        form.amount.errors = [refusal.message]
        voucher = queries.desk_voucher(actor, voucher.id)
        return _voucher_page(actor, token, voucher, form, status=refusal.status)
    return _booked(actor, use_id, token)


def _booked(actor: Actor, use_id: int, token: str) -> ResponseReturnValue:
    use = queries.use_row(use_id)
    took, left = (amount_said(one, use.currency) for one in (use.amount, use.left_after))
    undo = url_for("voucher_desk.undo", use_id=use_id)
    can_undo = use.is_fresh_slip_of(actor, at=clock.now())
    flash_done(f"{took} booked, {left} left.", undo_url=undo if can_undo else None)
    return see_other("voucher_desk.show", token=token)


def _voucher_page(
    actor: Actor,
    token: str,
    voucher: queries.DeskVoucher,
    form: UseForm,
    *,
    status: int = 200,
) -> ResponseReturnValue:
    at = clock.now()
    return render_page(
        "desk/voucher.html",
        status=status,
        form=form,
        token=token,
        voucher=voucher,
        obstacle=use_obstacle(voucher.standing, at=at),
        standing=STANDINGS[voucher.state],
        tones=TONES,
        rows_used=queries.uses_of_voucher(voucher.id),
        rest=minor_text(voucher.remaining, voucher.currency) if voucher.currency else None,
        ends_at=ends_at(voucher.valid_until) if voucher.valid_until else None,
        actor=actor,
        at=at,
        said=amount_said,
        grouped=grouped,
    )


@bp.post("/desk/uses/<int:use_id>/undo")
@requires(Permission.VOUCHERS_ACCEPT)
def undo(use_id: int) -> ResponseReturnValue:
    """Take back a slip of a moment ago, at one press."""
    key = pressed("Open the voucher again and undo the use from there.")
    actor, at = current_actor(), clock.now()
    use = queries.use_row(use_id)
    with transaction():
        operations.undo_use(actor, use_id, request_key=key, at=at)
    flash_done(f"Undone: {amount_said(use.amount, use.currency)} put back on the voucher.")
    return see_other("voucher_desk.show", token=link_token(actor, use.voucher_id, at=at))


@bp.route("/manage/vouchers/uses/<int:use_id>/undo", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def undo_later(use_id: int) -> ResponseReturnValue:
    """Undo a use of any desk, with a reason."""
    use, form = queries.use_row(use_id), UndoForm()

    def page(refusal: DomainError | None = None) -> ResponseReturnValue:
        if refusal:
            say_in(form, refusal)
        status = refusal.status if refusal else 200
        return render_page("desk/undo.html", status, form=form, use=use, said=amount_said)

    if not form.validate_on_submit():
        return page()
    actor, reason, at = current_actor(), form.reason.data or "", clock.now()

    def deed() -> str:
        operations.undo_use(actor, use_id, reason=reason, request_key=form.key, at=at)
        amount = amount_said(use.amount, use.currency)
        return f"{amount} put back. The holder gets a letter with your reason."

    return carried_out(
        deed,
        refused=page,
        then=see_other("vouchers.manage_one", voucher_id=use.voucher_id),
    )


@line_panel(queries.has_uses)
def panel(actor: Actor, line_id: int) -> Panel | None:
    """What was used of the vouchers of a line, on the page of its request."""
    uses = queries.latest_uses(actor, line_id)
    return Panel("desk/_panel.html", {"uses": uses, "said": amount_said}) if uses else None


@bp.get("/redemptions/<reference>/uses")
@requires(Permission.REWARD_REDEEM)
def statement(reference: str) -> ResponseReturnValue:
    """Everything that was used of one's own vouchers, and put back."""
    return render_page(
        "desk/statement.html",
        reference=reference,
        statements=queries.statements_of(current_actor(), reference),
        said=amount_said,
        grouped=grouped,
        tones=TONES,
        standings=STANDINGS,
        at=clock.now(),
    )


COLUMNS = (
    *("Voucher", "Code ends in", "When, UTC", "What", "Amount"),
    *("Left", "Currency", "Where", "Note"),
)


@bp.get("/redemptions/<reference>/uses.csv")
@requires(Permission.REWARD_REDEEM)
def statement_file(reference: str) -> ResponseReturnValue:
    """The same as a table to keep."""
    rows = [
        row for one in queries.statements_of(current_actor(), reference) for row in _lines_of(one)
    ]
    return csv_download(rows, COLUMNS, f"voucher-uses-{reference}.csv")


def _lines_of(one: queries.Statement) -> list[tuple[OutValue, ...]]:
    """What was used counts below zero, so that all amounts together are what is left."""

    def number(amount: int) -> Decimal:
        return Decimal(minor_text(amount, one.currency) if one.currency else amount)

    unit, name = one.currency or "uses", (grouped(one.number), one.last4)
    issued = (*name, one.issued_at, "Issued", number(one.initial), number(one.initial))
    lines: list[tuple[OutValue, ...]] = [(*issued, unit, "", "")]
    for use in one.uses:
        what, sign = ("Undone", 1) if use.is_undo else ("Used", -1)
        facts = (use.at, what, number(sign * use.amount), number(use.left_after), unit)
        lines.append((*name, *facts, use.place, use.reason or use.receipt))
    return lines
