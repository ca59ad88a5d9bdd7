"""`/manage/trips/<slug>/<departure>/cancel`: a departure does not take place."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from catalog.trips.queries.planner import PlannedDeparture, PlannedTrip, departure_at
from catalog.views.dates import span_of_days
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError
from marketplace.web.deeds import once, say_in
from marketplace.web.pages import flash_done, render_page, requires, see_other
from redemption.travel.cancellations.forms import CallOffForm
from redemption.travel.cancellations.operations.canceling import CallOff, call_off
from redemption.travel.cancellations.queries.desk import instead_choices, progress_of
from redemption.travel.cancellations.queries.standing import what_follows
from redemption.travel.invitations.states import Trade

bp = Blueprint("cancellations", __name__, url_prefix="/manage/trips/<slug>/<int:variant_id>/cancel")


@bp.route("", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def cancel(slug: str, variant_id: int) -> ResponseReturnValue:
    """What canceling does, and doing it; afterwards how far it is."""
    (trip, departure), at = departure_at(slug, variant_id), clock.now()
    if departure.canceled_at is not None:
        return _progress(trip, departure)
    offered = instead_choices(variant_id, at=at)
    form = CallOffForm(offered, data={"instead": offered[0][0]})
    if not form.validate_on_submit():
        return _look(trip, departure, form)

    def work(actor: Actor) -> str:
        call_off(actor, variant_id, _how(form), at=at)
        return slug

    try:
        once(form, work, at=at)
    except DomainError as refusal:
        say_in(form, refusal, otherwise="reason")
        return _look(trip, departure, form)
    flash_done("The departure is canceled. Everyone is made whole now, one after the other.")
    return see_other("cancellations.cancel", slug=slug, variant_id=variant_id)


def _how(form: CallOffForm) -> CallOff:
    trade, _, later = str(form.instead.data).partition(":")
    return CallOff(
        reason=form.reason.data or "",
        trade=Trade(trade),
        later_variant_id=int(later) if later else None,
        seen=form.seen.data or "",
    )


def _look(trip: PlannedTrip, departure: PlannedDeparture, form: CallOffForm) -> ResponseReturnValue:
    follows = what_follows(departure.variant_id)
    form.seen.data = follows.mark
    return render_page(
        "cancellations/cancel.html",
        trip=trip,
        departure=departure,
        follows=follows,
        form=form,
        has_left=departure.dates.starts_on <= clock.now().date(),
        span=span_of_days,
    )


def _progress(trip: PlannedTrip, departure: PlannedDeparture) -> ResponseReturnValue:
    return render_page(
        "cancellations/progress.html",
        trip=trip,
        departure=departure,
        progress=progress_of(departure.variant_id),
        span=span_of_days,
    )
