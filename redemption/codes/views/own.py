"""What a person waits for, and where they say that a code does not work."""

from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.web.pages import (
    current_actor,
    flash_done,
    render_page,
    requires,
    see_other,
)
from redemption.codes.forms import (
    ReportForm,
)
from redemption.codes.operations.reports import report_code
from redemption.codes.queries import waiting
from redemption.codes.views.shared import bp
from redemption.panels import Panel, line_panel


@line_panel(waiting.has_codes)
def panel(actor: Actor, line_id: int) -> Panel | None:
    """What a person waits for, and where they say that a code does not work."""
    own = waiting.own_codes(actor, line_id)
    return Panel("codes/_panel.html", {"own": own}) if own else None


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
