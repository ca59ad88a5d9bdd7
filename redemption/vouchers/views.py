"""Pages of vouchers and certificates: one's own, anyone's check, and those who look after them."""

from datetime import timedelta

from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.codes import grouped
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.kernel.settings import current
from marketplace.web.arguments import id_asked
from marketplace.web.deeds import pressed, say_in
from marketplace.web.downloads import pdf
from marketplace.web.pages import (
    current_actor,
    flash_done,
    public,
    render_page,
    requires,
    see_other,
)
from redemption.credentials.sharing import add_to_profile
from redemption.panels import Panel, line_panel
from redemption.vouchers import documents, managed, queries
from redemption.vouchers.desk.errors import amount_said
from redemption.vouchers.desk.queries import uses_of_voucher
from redemption.vouchers.forms import VoidForm
from redemption.vouchers.operations import (
    ShownCode,
    Voiding,
    count_lookup,
    reveal_codes,
    void_voucher,
)
from redemption.vouchers.policies import ends_at
from redemption.vouchers.states import STATE_TONES, TONES, USABLE, ShownAs, VoucherState
from redemption.vouchers.validity.policies import UNUSED
from redemption.vouchers.validity.queries import extensions_of

bp = Blueprint("vouchers", __name__)


@line_panel(queries.was_issued)
def panel(actor: Actor, line_id: int) -> Panel | None:
    """The voucher or certificate on the page of a request."""
    issued = queries.issued_on_line(actor, line_id)
    if issued is None:
        return None
    template = "vouchers/_voucher_panel.html" if issued.vouchers else "vouchers/_paper_panel.html"
    values = {"issued": issued, "tones": TONES, "grouped": grouped}
    grace = timedelta(days=current().voucher_grace_days)
    ending = {"unused": UNUSED, "ends_at": ends_at, "grace": grace}
    return Panel(template, {**values, **ending, "add_to_profile": add_to_profile})


@bp.post("/redemptions/<reference>/code")
@requires(Permission.REWARD_REDEEM)
def show_code(reference: str) -> ResponseReturnValue:
    """Show the codes of one's own request; each showing is remembered."""
    pressed("Open your request again and show the code from there.")
    codes = _read_codes(reference, ShownAs.PAGE)
    issued = queries.issued_for(current_actor(), reference)
    if any(code.card for code in codes):
        steps = next((c.card.how.splitlines() for c in codes if c.card and c.card.how), None)
        cards = [code.card for code in codes if code.card]
        steps = [step.strip() for step in steps or documents.RECEIVED_STEPS if step.strip()]
        return render_page("vouchers/received.html", issued=issued, cards=cards, steps=steps)
    shown = documents.squares(issued, codes)
    steps = documents.HOW_TO_USE.get(issued.kind, documents.TRIP_STEPS)
    return render_page("vouchers/code.html", issued=issued, shown=shown, steps=steps)


def _read_codes(reference: str, shown_as: ShownAs) -> list[ShownCode]:
    with transaction():
        return reveal_codes(current_actor(), reference, shown_as=shown_as, at=clock.now())


@bp.get("/redemptions/<reference>/voucher.pdf")
@requires(Permission.REWARD_REDEEM)
def voucher_file(reference: str) -> ResponseReturnValue:
    """The voucher to keep, once its code was shown; each download is remembered."""
    codes = _read_codes(reference, ShownAs.PDF)
    issued = queries.issued_for(current_actor(), reference)
    return pdf(documents.voucher_pdf(issued, codes), f"voucher-{reference}.pdf")


@bp.get("/redemptions/<reference>/certificate.pdf")
@requires(Permission.REWARD_REDEEM)
def certificate_file(reference: str) -> ResponseReturnValue:
    """The certificate to print or keep."""
    issued = queries.issued_for(current_actor(), reference)
    if not issued.certificates:
        raise NotFound("There is no certificate for this request.")
    return pdf(documents.certificate_pdf(issued), f"certificate-{reference}.pdf")


@bp.get("/vouchers/<code>")
@public
def voucher(code: str) -> ResponseReturnValue:
    """Anyone may check a voucher: what it is, whose organization's, whether it counts."""
    _count_this_look()
    return _checked(queries.check_code(code, at=clock.now()), "voucher", code)


@bp.get("/certificates/<number>")
@public
def certificate(number: str) -> ResponseReturnValue:
    """Anyone may check a certificate: the number leads to its page, where there is one."""
    _count_this_look()
    if token := queries.token_of(number):
        return see_other("credentials.show", token=token)
    return _checked(queries.check_number(number), "certificate")


@bp.get("/vouchers")
@public
def find_voucher() -> ResponseReturnValue:
    """Where a code is entered by hand."""
    if code := _entered("code"):
        return see_other("vouchers.voucher", code=code)
    return _unlisted(render_page("vouchers/find.html", thing="voucher"))


@bp.get("/certificates")
@public
def find_certificate() -> ResponseReturnValue:
    """Where a certificate's number is entered by hand."""
    if number := _entered("number"):
        return see_other("vouchers.certificate", number=number)
    return _unlisted(render_page("vouchers/find.html", thing="certificate"))


def _entered(name: str) -> str:
    """What somebody typed, without the signs that would lead to another address."""
    return request.args.get(name, "")[:64].replace("/", "").replace(".", "").strip()


def _count_this_look() -> None:
    with transaction():
        count_lookup(request.remote_addr or "", at=clock.now())


def _checked(found: queries.Checked | None, thing: str, code: str = "") -> ResponseReturnValue:
    if found is None:
        return _unlisted(render_page("vouchers/unknown.html", status=404, thing=thing))
    return _unlisted(
        render_page(
            "vouchers/check.html",
            found=found,
            thing=thing,
            tones=TONES,
            grouped=grouped,
            code=code if _may_accept() else "",
        )
    )


def _may_accept() -> bool:
    return current_user.is_authenticated and current_actor().may(Permission.VOUCHERS_ACCEPT)


def _unlisted(page: ResponseReturnValue) -> Response:
    answer = make_response(page)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer


@bp.get("/manage/vouchers")
@requires(Permission.PROGRAMS_MANAGE)
def manage() -> ResponseReturnValue:
    """The newest vouchers, or those of a request, a last four, a number or a name; by state."""
    asked, before = request.args.get("state", ""), id_asked("before")
    state = VoucherState(asked) if asked in set(VoucherState) else None
    narrowed = managed.Narrowed(state, request.args.get("reward", "")[:80])
    looked_for = request.args.get("q", "").strip()[:80]
    rows = managed.voucher_rows(looked_for, narrowed, before_id=before, limit=managed.LISTED + 1)
    more = len(rows) > managed.LISTED
    return render_page(
        "vouchers/manage/list.html",
        rows=rows[: managed.LISTED],
        more=rows[managed.LISTED - 1].id if more else None,
        looked_for=looked_for,
        narrowed=narrowed,
        states=[(one.value, one.label) for one in VoucherState],
        rewards=managed.rewards_with_vouchers(),
        tones=STATE_TONES,
        said=amount_said,
        grouped=grouped,
    )


@bp.route("/manage/vouchers/<int:voucher_id>", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def manage_one(voucher_id: int) -> ResponseReturnValue:
    """One voucher, what happened to it, and taking it out of use."""
    row, form = managed.voucher_row(voucher_id), VoidForm()
    if not form.validate_on_submit():
        return _manage_one(row, form)
    voiding = Voiding(form.reason.data or "", reissue=bool(form.reissue.data))
    try:
        with transaction():
            kept = void_voucher(
                current_actor(), voucher_id, voiding, request_key=form.key, at=clock.now()
            )
    except DomainError as refusal:
        session().close()
        say_in(form, refusal)
        return _manage_one(managed.voucher_row(voucher_id), form, refusal.status)
    new = " A new code took its place, with what was left." if kept != voucher_id else ""
    if voiding.reissue and not new:
        new = " A new code takes its place as soon as one is in stock."
    flash_done(
        f"The voucher ending in {row.last4} counts no more.{new} {row.holder} gets a letter."
    )
    return see_other("vouchers.manage_one", voucher_id=kept)


def _manage_one(row: managed.VoucherRow, form: VoidForm, status: int = 200) -> ResponseReturnValue:
    is_ours = row.provider_order_id is None and row.stock_code_id is None
    is_own = row.is_of(current_actor().id)
    return render_page(
        "vouchers/manage/show.html",
        status=status,
        row=row,
        form=form,
        story=managed.voucher_story(row.id),
        uses=uses_of_voucher(row.id),
        extensions=extensions_of(row.id),
        is_own=is_own,
        may_void=not is_own and row.provider_order_id is None and row.state in USABLE,
        may_extend=not is_own and is_ours and row.state in USABLE | {VoucherState.EXPIRED},
        ends_at=ends_at(row.valid_until) if row.valid_until else None,
        tones=STATE_TONES,
        said=amount_said,
        grouped=grouped,
        grace_days=current().voucher_grace_days,
    )
