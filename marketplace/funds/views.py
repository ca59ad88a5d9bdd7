"""Company funds in the browser: what is there, topping up, and what became of it."""

from decimal import Decimal

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.funds import queries
from marketplace.funds.forms import LowForm, TopUpForm
from marketplace.funds.operations.top_ups import call_off, set_low, top_up
from marketplace.kernel import clock
from marketplace.kernel.db import session
from marketplace.kernel.errors import DomainError
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.parsing import in_units, minor_text
from marketplace.payments import queries as payments
from marketplace.payments import runner
from marketplace.payments.gateways import mode_here
from marketplace.payments.operations.payments import wake
from marketplace.payments.states import PaymentPurpose
from marketplace.web.deeds import button_form, once, say_in
from marketplace.web.downloads import table_download
from marketplace.web.filters import money
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other

bp = Blueprint("funds", __name__, url_prefix="/manage/funds")
TOP_UP = PaymentPurpose.TOP_UP
_AGAIN = "Open the top-up again and use its buttons. Nothing was changed."
COLUMNS = ("At (UTC)", "What", "Reference", "By", "Why", "Amount", "Balance after")


@bp.get("")
@requires(Permission.FUNDS_MANAGE)
def index() -> ResponseReturnValue:
    """Every fund, its alarm and forecast, the top-ups, and whether Stripe's list agrees."""
    return render_page(
        "funds/index.html",
        funds=queries.funds(at=clock.now()),
        rows=payments.payments_listed(TOP_UP),
        report=(report := payments.last_report()),
        differences=payments.differences_of(report.id) if report else [],
    )


@bp.route("/top-up", methods=["GET", "POST"])
@requires(Permission.FUNDS_MANAGE)
def new() -> ResponseReturnValue:
    """Say how much; its page at Stripe is asked for when that is kept."""
    form, mode = TopUpForm(queries.currencies()), mode_here()
    if request.method == "GET" and "currency" in request.args:
        form.currency.data = request.args["currency"]
    if not form.validate_on_submit():
        return render_page("funds/new.html", form=form, mode=mode)
    at, currency = clock.now(), form.currency_code()
    try:
        reference = once(
            form, lambda actor: top_up(actor, form.minor, currency, mode, at=at), at=at
        )
    except DomainError as refusal:
        say_in(form, refusal)
        return render_page("funds/new.html", form=form, mode=mode, status=422)
    payment_id = payments.payment_named(reference).id
    session().close()
    runner.go_on(payment_id)
    return see_other("funds.show", reference=reference)


@bp.get("/top-ups/<reference>")
@requires(Permission.FUNDS_MANAGE)
def show(reference: str) -> ResponseReturnValue:
    """What became of a top-up; the payer comes back to here, whatever happened there."""
    row = payments.payment_named(reference, TOP_UP)
    return render_page(
        "funds/show.html",
        row=row,
        may_pay=row.payer_id == current_actor().id,
        story=payments.payment_story(row.id),
        refunds=payments.refunds_of(row.id),
        disputes=payments.disputes_of(row.id),
    )


@bp.post("/top-ups/<reference>/look")
@requires(Permission.FUNDS_MANAGE)
def look(reference: str) -> ResponseReturnValue:
    """Ask Stripe now whether it was paid."""
    row, at = payments.payment_named(reference, TOP_UP), clock.now()
    form = button_form(_AGAIN)

    def ask(_actor: Actor) -> str:
        wake(row.id, key=form.key, at=at)
        return "asked"

    once(form, ask, at=at)
    runner.go_on(row.id)
    return see_other("funds.show", reference=row.reference)


@bp.post("/top-ups/<reference>/call-off")
@requires(Permission.FUNDS_MANAGE)
def give_up(reference: str) -> ResponseReturnValue:
    """Call off a top-up that nobody paid."""
    row, at = payments.payment_named(reference, TOP_UP), clock.now()

    def stop(actor: Actor) -> str:
        call_off(actor, row.reference, at=at)
        return "stopped"

    once(button_form(_AGAIN), stop, at=at)
    flash_done("Called off. If it is paid at the same moment, the money goes back by itself.")
    return see_other("funds.show", reference=row.reference)


@bp.post("/compare")
@requires(Permission.FUNDS_MANAGE)
def compare() -> ResponseReturnValue:
    """Compare Stripe's list with ours now; the night does it, too."""
    form = button_form(_AGAIN)

    def ask(_actor: Actor) -> str:
        enqueue("payments.reconcile_now", key=form.key)
        return "asked"

    once(form, ask, at=clock.now())
    flash_done("The lists are being compared. Open this page again in a moment.")
    return see_other("funds.index")


@bp.get("/<currency>")
@requires(Permission.FUNDS_MANAGE)
def statement(currency: str) -> ResponseReturnValue:
    """Every change of a fund with the balance after it; also as a file."""
    fund, kind = queries.fund_of(currency), request.args.get("as", "")
    if kind in {"csv", "xlsx"}:
        rows = [_as_file(row, currency) for row in queries.entries_of(currency, most=None)]
        return table_download(kind, rows, COLUMNS, f"fund-{currency}", "Fund")
    return render_page("funds/statement.html", fund=fund, rows=queries.entries_of(currency))


def _as_file(row: queries.EntryRow, currency: str) -> tuple[str | Decimal, ...]:
    amounts = (in_units(minor, currency) for minor in (row.minor, row.balance_minor))
    at = f"{row.at:%Y-%m-%d %H:%M:%S}"
    return (at, row.kind.label, row.reference, row.who, row.reason, *amounts)


@bp.route("/<currency>/alarm", methods=["GET", "POST"])
@requires(Permission.FUNDS_MANAGE)
def alarm(currency: str) -> ResponseReturnValue:
    """Below what finance is told."""
    fund, at = queries.fund_of(currency), clock.now()
    form = LowForm(currency)
    if request.method == "GET":
        form.amount.data = minor_text(fund.low_minor, currency, short=True)
    if not form.validate_on_submit():
        return render_page("funds/alarm.html", form=form, fund=fund)

    def keep(actor: Actor) -> str:
        set_low(actor, currency, form.minor, at=at)
        return "kept"

    try:
        once(form, keep, at=at)
    except DomainError as refusal:
        say_in(form, refusal)
        return render_page("funds/alarm.html", form=form, fund=fund, status=422)
    flash_done(
        f"You are told below {money(form.minor, currency)}." if form.minor else "No alarm any more."
    )
    return see_other("funds.index")
