"""What the pages of a departure's desk share: the departure, and the way from one to the next."""

from typing import Any

from flask.typing import ResponseReturnValue

from catalog.trips.queries.planner import PlannedDeparture, PlannedTrip, planned_trip
from catalog.views.dates import span_of_days
from marketplace.web.pages import render_page


def departure_at(slug: str, variant_id: int) -> tuple[PlannedTrip, PlannedDeparture]:
    """The trip and departure of an address. Raises NotFound."""
    trip = planned_trip(slug)
    return trip, trip.departure(variant_id)


def desk_page(
    template: str, slug: str, variant_id: int, status: int = 200, **context: Any
) -> ResponseReturnValue:
    """A page of the desk of a departure, with what its head needs."""
    if "departure" not in context:
        context["trip"], context["departure"] = departure_at(slug, variant_id)
    here = {"slug": slug, "variant_id": variant_id}
    return render_page(f"desk/{template}", status, here=here, span=span_of_days, **context)
