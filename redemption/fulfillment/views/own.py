"""What people see of the work on their request, and what they do about it."""

from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import NotFound
from marketplace.web.deeds import pressed
from marketplace.web.downloads import pdf
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other
from redemption.fulfillment import documents, queries
from redemption.fulfillment.forms import TroubleForm
from redemption.fulfillment.operations import shipping
from redemption.fulfillment.operations.reporting import Complaint, report_trouble
from redemption.fulfillment.states import SHIPMENT_TONES, TONES
from redemption.fulfillment.views.shared import bp
from redemption.panels import Panel, line_panel
from redemption.queries.named import held_line


@line_panel(queries.has_work)
def panel(actor: Actor, line_id: int) -> Panel | None:
    """The parcel, the booking or the delay on the page of a request."""
    work = queries.own_work(actor, line_id)
    if work is None:
        return None
    tones = {"tones": TONES, "parcel_tones": SHIPMENT_TONES, "today": clock.today()}
    return Panel("fulfillment/_panel.html", {"work": work, **tones})


@bp.post("/redemptions/<reference>/parcels/<int:number>/arrived")
@requires(Permission.REWARD_REDEEM)
def arrived(reference: str, number: int) -> ResponseReturnValue:
    """The person says that a parcel arrived."""
    actor, at = current_actor(), clock.now()
    line_id = held_line(actor, reference)
    key = pressed("Open your request again and use its buttons. Nothing was changed.")
    with transaction():
        shipping.confirm_arrival(actor, line_id, number, request_key=key, at=at)
    flash_done("Good to know. Enjoy it!")
    return see_other("redemption.show", reference=reference)


@bp.route("/redemptions/<reference>/parcels/<int:number>/problem", methods=["GET", "POST"])
@requires(Permission.REWARD_REDEEM)
def report(reference: str, number: int) -> ResponseReturnValue:
    """The person says that a parcel never came, or what is wrong with what came."""
    actor, at, form = current_actor(), clock.now(), TroubleForm()
    line_id = held_line(actor, reference)
    page = queries.own_parcel(line_id, number)
    if not page.may_report or not form.validate_on_submit():
        return render_page("fulfillment/report.html", page=page, reference=reference, form=form)
    with transaction():
        complaint = Complaint(number, form.chosen, form.told.data or "")
        report_trouble(actor, line_id, complaint, request_key=form.key, at=at)
    flash_done("Thank you. The rewards desk looks into it.")
    return see_other("redemption.show", reference=reference)


@bp.get("/redemptions/<reference>/donation.pdf")
@requires(Permission.REWARD_REDEEM)
def donation(reference: str) -> ResponseReturnValue:
    """What was given in one's name, to keep or to show."""
    actor = current_actor()
    work = queries.own_work(actor, held_line(actor, reference))
    if work is None or not work.row.is_given:
        raise NotFound("There is no donation with a receipt for this request.")
    return pdf(documents.donation_pdf(work.row), f"donation-{work.row.reference}.pdf")
