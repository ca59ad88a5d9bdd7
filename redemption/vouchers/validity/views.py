"""A later last day for one voucher, for several picked ones, or for all of a reward."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import DomainError
from marketplace.kernel.settings import current
from marketplace.web.arguments import is_id
from marketplace.web.pages import (
    current_actor,
    flash_done,
    flash_notice,
    render_page,
    requires,
    see_other,
)
from redemption.vouchers import managed
from redemption.vouchers.desk.errors import amount_said
from redemption.vouchers.forms import VoidForm
from redemption.vouchers.operations import Voiding
from redemption.vouchers.states import STATE_TONES
from redemption.vouchers.validity import queries
from redemption.vouchers.validity.forms import ExtendForm
from redemption.vouchers.validity.operations import extend_voucher
from redemption.vouchers.validity.policies import Longer, extend_obstacle, latest_day
from redemption.vouchers.validity.several import extend_several, void_several

bp = Blueprint("voucher_validity", __name__)


@bp.route("/manage/vouchers/<int:voucher_id>/extend", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def extend(voucher_id: int) -> ResponseReturnValue:
    """Give one voucher a later last day."""
    form, at, actor = ExtendForm(), clock.now(), current_actor()
    facts = queries.extendable(voucher_id)
    row = managed.voucher_row(voucher_id)
    obstacle = extend_obstacle(actor.employee_id, facts, at=at)
    status = 200
    if form.validate_on_submit():
        try:
            with transaction():
                longer = _longer(form)
                extend_voucher(actor, voucher_id, longer, request_key=form.key, at=at)
        except DomainError as refusal:
            form.until.errors, status = [refusal.message], refusal.status
        else:
            flash_done(f"{row.holder} can use it longer now, and gets a letter.")
            return see_other("vouchers.manage_one", voucher_id=voucher_id)
    return render_page(
        "vouchers/manage/extend.html",
        status=status,
        form=form,
        row=row,
        obstacle=obstacle,
        latest=latest_day(facts.kind, facts.first_issued_on),
        said=amount_said,
    )


def _longer(form: ExtendForm) -> Longer:
    assert form.until.data is not None
    return Longer(form.until.data, form.reason.data or "")


@bp.route("/manage/vouchers/extend", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def extend_reward() -> ResponseReturnValue:
    """Give all vouchers of a reward a later last day."""
    slug, form = request.values.get("reward", "")[:80], ExtendForm()
    rewards = managed.rewards_with_vouchers()
    if not slug or not form.validate_on_submit():
        found = queries.vouchers_of_reward(slug) if slug else None
        return render_page(
            "vouchers/manage/extend_reward.html",
            form=form,
            rewards=rewards,
            found=found,
            grace_days=current().voucher_grace_days,
            longer_days=current().voucher_extension_days,
        )
    longer = _longer(form)
    found = queries.vouchers_of_reward(slug, until=longer.until)
    told = extend_several(current_actor(), found.ids, longer, key=form.key, at=clock.now())
    rest = found.everything - len(found.ids)
    more = f" {rest:,} more are left: send it again to go on." if rest else ""
    (flash_done if told.done and not told.refused else flash_notice)(told.said + more)
    return see_other("vouchers.manage", reward=slug)


@bp.route("/manage/vouchers/several", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def several() -> ResponseReturnValue:
    """Extend or void the vouchers that were picked in the list."""
    sent = dict.fromkeys(request.values.getlist("voucher"))
    ids = [int(text) for text in sent if is_id(text)][: managed.LISTED]
    if not ids and request.method == "GET":
        return render_page("vouchers/manage/several_none.html")
    if not ids:
        flash_notice("Pick at least one voucher in the list first. Nothing was changed.")
        return see_other("vouchers.manage")
    do = "void" if request.values.get("do") == "void" else "extend"
    form = VoidForm() if do == "void" else ExtendForm()
    if not form.validate_on_submit():
        return render_page(
            "vouchers/manage/several.html",
            do=do,
            form=form,
            rows=managed.rows_by_id(ids),
            tones=STATE_TONES,
            said=amount_said,
        )
    actor, at = current_actor(), clock.now()
    if isinstance(form, VoidForm):
        voiding = Voiding(form.reason.data or "", reissue=bool(form.reissue.data))
        told = void_several(actor, ids, voiding, key=form.key, at=at)
    else:
        told = extend_several(actor, ids, _longer(form), key=form.key, at=at)
    (flash_notice if told.refused else flash_done)(told.said)
    return see_other("vouchers.manage")
