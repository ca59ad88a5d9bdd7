"""`/manage/trips/<slug>/<departure>/desk/flights`: who flies how, and who has no ticket."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.web.pages import requires
from redemption.travel.desk.pages import desk_page
from redemption.travel.desk.tickets.queries import tickets_on
from redemption.travel.desk.tickets.states import Direction

bp = Blueprint("tickets", __name__, url_prefix="/manage/trips/<slug>/<int:variant_id>/desk/flights")


@bp.get("")
@requires(Permission.CATALOG_MANAGE)
def show(slug: str, variant_id: int) -> ResponseReturnValue:
    """Everyone by their flights, and who has none yet."""
    tickets = tickets_on(variant_id)
    return desk_page(
        "flights.html",
        slug,
        variant_id,
        ways=[(way, tickets.flights(way), tickets.without(way)) for way in Direction],
        people=tickets.people,
    )
