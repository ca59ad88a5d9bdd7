"""Codes in stock for those who look after them, and “it doesn't work” for who has one."""

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, DomainError
from marketplace.web.deeds import carried_out, once, say_in
from marketplace.web.downloads import csv_download
from marketplace.web.filters import points_are
from marketplace.web.forms import PageForm, choices
from marketplace.web.pages import (
    current_actor,
    flash_done,
    render_page,
    requires,
    see_other,
    takes_files_up_to,
)
from redemption.codes.forms import (
    GiveBackForm,
    LoadForm,
    OpenForm,
    ReplaceForm,
    ReportForm,
    TermsForm,
    WithdrawForm,
    WorksForm,
)
from redemption.codes.operations.batches import Upload, check_file, digest_of_file, discard_batch
from redemption.codes.operations.loading import load_batch, withdraw_batch
from redemption.codes.operations.pools import open_pool, set_terms
from redemption.codes.operations.replacing import replace_reported
from redemption.codes.operations.reports import answer_works, report_code
from redemption.codes.policies import MOST_BYTES
from redemption.codes.queries import batches, pools, waiting
from redemption.codes.sheets import CLAIM_COLUMNS, CODE_COLUMNS, claim_cells, code_cells
from redemption.fulfillment.queries import pile_sizes
from redemption.ordering.operations.reissuing import ask_for_reissue
from redemption.ordering.queries import reissue_of
from redemption.panels import Panel, line_panel
from redemption.vouchers.giving_back import give_voucher_back

bp = Blueprint("codes", __name__)
ROOT = "/manage/fulfillment/codes"
MOST_IN_A_FORM = MOST_BYTES + 64 * 1024


@line_panel(waiting.has_codes)
def panel(actor: Actor, line_id: int) -> Panel | None:
    """What a person waits for, and where they say that a code does not work."""
    own = waiting.own_codes(actor, line_id)
    return Panel("codes/_panel.html", {"own": own}) if own else None


@bp.get(ROOT)
@requires(Permission.FULFILLMENT_WORK)
def index() -> ResponseReturnValue:
    """Everything that is fed by codes."""
    rows = pools.pool_rows(at=clock.now())
    may_open = current_actor().may(Permission.CATALOG_MANAGE)
    sizes = pile_sizes()
    return render_page("codes/index.html", rows=rows, sizes=sizes, may_open=may_open)


@bp.route(f"{ROOT}/new", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def new() -> ResponseReturnValue:
    """Feed one more card or experience by codes."""
    at, form = clock.now(), OpenForm()
    feedable = pools.variants_to_feed()
    pairs = [(str(one.variant_id), one.words) for one in feedable]
    form.variant.choices = choices([("", "Choose one"), *pairs])
    if not form.validate_on_submit():
        return render_page("codes/new.html", form=form, is_empty=not feedable)
    variant_id, terms = int(form.variant.data), form.terms
    try:
        pool_id = once(form, lambda actor: str(open_pool(actor, variant_id, terms, at=at)), at=at)
    except DomainError as refusal:
        session().close()
        say_in(form, refusal)
        return render_page("codes/new.html", refusal.status, form=form, is_empty=not feedable)
    flash_done("It is fed by codes from now on. Load some, so that people can have it.")
    return see_other("codes.pool", pool_id=int(pool_id))


@bp.get(f"{ROOT}/<int:pool_id>")
@requires(Permission.FULFILLMENT_WORK)
def pool(pool_id: int) -> ResponseReturnValue:
    """One stock of codes: how many, how long they last, where they came from."""
    row = pools.pool_row(pool_id, at=clock.now())
    worth = pools.worth_of(pool_id)
    return render_page(
        "codes/pool.html",
        row=row,
        worth=worth,
        discount=worth.discount(row.cash_minor, row.currency),
        files=batches.batch_rows(pool_id),
        waiting=waiting.wait_rows(pool_id) if row.waiting else [],
        reports=waiting.open_reports(pool_id) if row.reported else [],
        may_set=current_actor().may(Permission.CATALOG_MANAGE),
    )


@bp.route(f"{ROOT}/<int:pool_id>/terms", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def terms(pool_id: int) -> ResponseReturnValue:
    """When the alarm is raised, what is too old, how a code is used."""
    at = clock.now()
    row = pools.pool_row(pool_id, at=at)
    form = TermsForm(data={"low_at": row.low_at, "guard_days": row.guard_days, "how": row.how})
    if not form.validate_on_submit():
        return render_page("codes/terms.html", form=form, row=row)

    def keep(actor: Actor) -> str:
        set_terms(actor, pool_id, form.terms, at=at)
        return str(pool_id)

    once(form, keep, at=at)
    flash_done("Saved.")
    return see_other("codes.pool", pool_id=pool_id)


@bp.route(f"{ROOT}/<int:pool_id>/load", methods=["GET", "POST"])
@takes_files_up_to(MOST_IN_A_FORM)
@requires(Permission.FULFILLMENT_WORK)
def load(pool_id: int) -> ResponseReturnValue:
    """Choose a file; what it holds is checked, and nothing is in stock yet."""
    form, row = LoadForm(), pools.pool_row(pool_id, at=clock.now())
    if form.currency.data is None:
        form.currency.data = row.currency
    if not form.validate_on_submit():
        return render_page("codes/load.html", form=form, row=row)
    try:
        batch_id = _check(form, pool_id)
    except DomainError as refusal:
        session().close()
        say_in(form, refusal, otherwise="file")
        return render_page("codes/load.html", form=form, row=row)
    return see_other("codes.batch", batch_id=int(batch_id))


def _check(form: LoadForm, pool_id: int) -> str:
    file, at = form.file.data, clock.now()
    sent = Upload(
        file_name=file.filename or "file",
        file=file.stream,
        manner=form.manner,
        purchase=form.purchase,
    )
    digest = digest_of_file(sent.file)
    form.file.data = file.filename
    return once(
        form, lambda actor: str(check_file(actor, pool_id, sent, at=at)), at=at, digest=digest
    )


@bp.get(f"{ROOT}/files/<int:batch_id>")
@requires(Permission.FULFILLMENT_WORK)
def batch(batch_id: int) -> ResponseReturnValue:
    """One file: what would be loaded of it and what not, or what became of its codes."""
    return _batch(batch_id, WithdrawForm(formdata=None))


def _batch(batch_id: int, form: WithdrawForm, status: int = 200) -> ResponseReturnValue:
    page = batches.batch_page(batch_id)
    rows = batches.codes_of_batch(batch_id) if page.by_state else []
    may_withdraw = current_actor().may(Permission.CATALOG_MANAGE)
    return render_page(
        "codes/batch.html", status, page=page, rows=rows, form=form, may_withdraw=may_withdraw
    )


@bp.post(f"{ROOT}/files/<int:batch_id>/load")
@requires(Permission.FULFILLMENT_WORK)
def confirm(batch_id: int) -> ResponseReturnValue:
    """Put the good codes of a checked file in stock."""
    at = clock.now()
    loaded = once(_button(), lambda actor: str(load_batch(actor, batch_id, at=at)), at=at)
    count = int(loaded)
    words = "1 code is" if count == 1 else f"{count:,} codes are"
    flash_done(f"{words} in stock. Whoever waited for one goes on by itself.")
    return see_other("codes.batch", batch_id=batch_id)


def _button() -> PageForm:
    form = PageForm()
    if not form.validate():
        raise BadInput("Open the page of the file again and use its buttons. Nothing was changed.")
    return form


@bp.post(f"{ROOT}/files/<int:batch_id>/discard")
@requires(Permission.FULFILLMENT_WORK)
def discard(batch_id: int) -> ResponseReturnValue:
    """Forget a checked file."""
    at, page = clock.now(), batches.batch_page(batch_id)

    def forget(actor: Actor) -> str:
        discard_batch(actor, batch_id, at=at)
        return ""

    once(_button(), forget, at=at)
    flash_done(f"“{page.file_name}” is forgotten. Nothing of it was loaded.")
    return see_other("codes.pool", pool_id=page.pool_id)


@bp.post(f"{ROOT}/files/<int:batch_id>/withdraw")
@requires(Permission.CATALOG_MANAGE)
def withdraw(batch_id: int) -> ResponseReturnValue:
    """Take out what is still in stock of a file."""
    at, form = clock.now(), WithdrawForm()
    if not form.validate():
        return _batch(batch_id, form)
    reason = form.reason.data or ""
    try:
        done = once(form, lambda a: str(withdraw_batch(a, batch_id, reason=reason, at=at)), at=at)
    except DomainError as refusal:
        session().close()
        say_in(form, refusal)
        return _batch(batch_id, form, refusal.status)
    gone = int(done)
    left = batches.batch_page(batch_id).in_stock
    words = "1 code is" if gone == 1 else f"{gone:,} codes are"
    more = f" {left:,} stay for those who were promised one." if left else ""
    flash_done(f"{words} out of stock.{more}")
    return see_other("codes.batch", batch_id=batch_id)


@bp.route(f"{ROOT}/reports/<int:report_id>", methods=["GET", "POST"])
@requires(Permission.FULFILLMENT_WORK)
def report(report_id: int) -> ResponseReturnValue:
    """A code that somebody says does not work: give another."""
    form = ReplaceForm()
    if not form.validate_on_submit():
        return _report(report_id, replace=form)
    actor, at = current_actor(), clock.now()
    row, reason = waiting.report_row(report_id), form.reason.data or ""

    def deed() -> str:
        kept = replace_reported(actor, report_id, reason, request_key=form.key, at=at)
        is_here = kept != row.voucher_id
        follows = "has another code" if is_here else "gets another code as soon as one is in stock"
        return f"{row.who} {follows} and a letter. {row.last4} is never handed out again."

    return _answered(report_id, deed, replace=form)


def _answered(report_id: int, deed: Callable[[], str], **forms: PageForm) -> ResponseReturnValue:
    def refused(refusal: DomainError) -> ResponseReturnValue:
        for form in forms.values():
            say_in(form, refusal)
        return _report(report_id, refusal.status, **forms)

    return carried_out(deed, refused=refused, then=see_other("codes.report", report_id=report_id))


@bp.post(f"{ROOT}/reports/<int:report_id>/works")
@requires(Permission.FULFILLMENT_WORK)
def works(report_id: int) -> ResponseReturnValue:
    """The code does work: say how to use it."""
    form = WorksForm()
    if not form.validate():
        return _report(report_id, works=form)
    actor, at = current_actor(), clock.now()
    row, words = waiting.report_row(report_id), form.answer.data or ""

    def deed() -> str:
        answer_works(actor, report_id, words, request_key=form.key, at=at)
        return f"{row.who} gets a letter in your words and keeps the code."

    return _answered(report_id, deed, works=form)


@bp.post(f"{ROOT}/reports/<int:report_id>/reissue")
@requires(Permission.FULFILLMENT_WORK)
def reissue(report_id: int) -> ResponseReturnValue:
    """Ask the provider that made the card for another one."""
    form = _report_button()
    actor, at, row = current_actor(), clock.now(), waiting.report_row(report_id)

    def deed() -> str:
        ask_for_reissue(actor, report_id, request_key=form.key, at=at)
        return f"The provider is asked for another card. {row.who} gets a letter when it is here."

    return _answered(report_id, deed, button=form)


def _report_button() -> PageForm:
    form = PageForm()
    if not form.validate():
        raise BadInput("Open what was said again and use its buttons. Nothing was changed.")
    return form


@bp.post(f"{ROOT}/reports/<int:report_id>/give-back")
@requires(Permission.FULFILLMENT_WORK)
def give_back(report_id: int) -> ResponseReturnValue:
    """Give the points of this one code back."""
    form = GiveBackForm()
    if not form.validate():
        return _report(report_id, give_back=form)
    actor, at = current_actor(), clock.now()
    row, why = waiting.report_row(report_id), form.why.data or ""

    def deed() -> str:
        points = give_voucher_back(actor, row.voucher_id, why, request_key=form.key, at=at)
        return f"{points_are(points)} back, and the card ending in {row.last4} counts no more."

    return _answered(report_id, deed, give_back=form)


def _report(report_id: int, status: int = 200, **forms: PageForm) -> ResponseReturnValue:
    fresh = {"replace": ReplaceForm, "works": WorksForm, "give_back": GiveBackForm}
    shown = {name: form(formdata=None) for name, form in fresh.items()} | forms
    wrong = next((form for form in forms.values() if form.errors), None)
    row = waiting.report_row(report_id)
    made = reissue_of(row.voucher_id) if row.pool_id is None else None
    return render_page(
        "codes/report.html",
        status=status,
        row=row,
        is_own=row.is_own(current_actor()),
        forms=shown,
        form=wrong,
        reissue=made,
    )


@bp.get(f"{ROOT}/<int:pool_id>/codes.csv")
@requires(Permission.FULFILLMENT_WORK)
def codes_file(pool_id: int) -> ResponseReturnValue:
    """Every code of a stock with where it is; never the code itself."""
    row = pools.pool_row(pool_id, at=clock.now())
    rows = [code_cells(one) for one in batches.codes_of_pool(pool_id)]
    return csv_download(rows, CODE_COLUMNS, f"codes-{row.sku}.csv")


@bp.get(f"{ROOT}/<int:pool_id>/claims.csv")
@requires(Permission.FULFILLMENT_WORK)
def claims_file(pool_id: int) -> ResponseReturnValue:
    """The codes that do not work, for whoever sold them."""
    row = pools.pool_row(pool_id, at=clock.now())
    rows = [claim_cells(one) for one in batches.claim_rows(pool_id)]
    return csv_download(rows, CLAIM_COLUMNS, f"claims-{row.sku}.csv")


@bp.route("/redemptions/<reference>/codes/<int:voucher_id>/problem", methods=["GET", "POST"])
@requires(Permission.REWARD_REDEEM)
def problem(reference: str, voucher_id: int) -> ResponseReturnValue:
    """Say that one's own code does not work."""
    form, at = ReportForm(), clock.now()
    if not form.validate_on_submit():
        unit = waiting.own_unit(current_actor(), reference, voucher_id)
        return render_page("codes/problem.html", form=form, unit=unit, reference=reference)
    words = form.words.data or ""
    with transaction():
        report_code(current_actor(), voucher_id, words, request_key=form.key, at=at)
    flash_done("Thank you. Someone looks into it, and you get a letter.")
    return see_other("redemption.show", reference=reference)
