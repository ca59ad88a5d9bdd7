"""Files of codes that are loaded, forgotten, or taken out of stock."""

from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import session
from marketplace.kernel.errors import DomainError
from marketplace.web.deeds import button_form, once, say_in
from marketplace.web.forms import PageForm
from marketplace.web.pages import (
    current_actor,
    flash_done,
    render_page,
    requires,
    see_other,
    takes_files_up_to,
)
from redemption.codes.forms import (
    LoadForm,
    WithdrawForm,
)
from redemption.codes.operations.batches import Upload, check_file, digest_of_file, discard_batch
from redemption.codes.operations.loading import load_batch, withdraw_batch
from redemption.codes.policies import MOST_BYTES
from redemption.codes.queries import batches, pools
from redemption.codes.views.shared import ROOT, bp

MOST_IN_A_FORM = MOST_BYTES + 64 * 1024


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
    return button_form("Open the page of the file again and use its buttons. Nothing was changed.")


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
