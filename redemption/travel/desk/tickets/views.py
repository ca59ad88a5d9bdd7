"""`/manage/trips/<slug>/<departure>/desk/flights`: who flies how, and who has no ticket."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.web.pages import requires
from redemption.travel.desk.pages import departure_at, desk_page
from redemption.travel.desk.tickets.queries import doubts_on, tickets_on
from redemption.travel.desk.tickets.states import Direction
from redemption.travel.vault.checks import Journey

bp = Blueprint("tickets", __name__, url_prefix="/manage/trips/<slug>/<int:variant_id>/desk/flights")


@bp.get("")
@requires(Permission.CATALOG_MANAGE)
def show(slug: str, variant_id: int) -> ResponseReturnValue:
    """Everyone by their flights, and who has none yet."""
    trip, departure = departure_at(slug, variant_id)
    tickets, dates = tickets_on(variant_id), departure.dates
    journey = Journey(
        starts_on=dates.starts_on,
        ends_on=dates.ends_on,
        country=dates.country or "",
        youngest=trip.terms.guest_age,
    )
    return desk_page(
        "flights.html",
        slug,
        variant_id,
        trip=trip,
        departure=departure,
        doubts=doubts_on(variant_id, tickets, journey, today=clock.now().date()),
        ways=[(way, tickets.flights(way), tickets.without(way)) for way in Direction],
        people=tickets.people,
    )
