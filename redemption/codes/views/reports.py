"""What the desk answers to “it doesn't work”."""

from collections.abc import Callable

from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError
from marketplace.web.deeds import button_form, carried_out, say_in
from marketplace.web.filters import points_are
from marketplace.web.forms import PageForm
from marketplace.web.pages import (
    current_actor,
    render_page,
    requires,
    see_other,
)
from redemption.codes.forms import (
    GiveBackForm,
    ReplaceForm,
    WorksForm,
)
from redemption.codes.operations.replacing import replace_reported
from redemption.codes.operations.reports import answer_works
from redemption.codes.queries import waiting
from redemption.codes.views.shared import ROOT, bp
from redemption.ordering.operations.reissuing import ask_for_reissue
from redemption.ordering.queries import reissue_of
from redemption.vouchers.giving_back import give_voucher_back


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
    return button_form("Open what was said again and use its buttons. Nothing was changed.")


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
