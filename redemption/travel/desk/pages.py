"""What the pages of a departure's desk share: its head, and the way from one to the next."""

from typing import Any

from flask.typing import ResponseReturnValue

from catalog.trips.queries.planner import departure_at
from catalog.views.dates import span_of_days
from marketplace.web.pages import render_page


def desk_page(
    template: str, slug: str, variant_id: int, status: int = 200, **context: Any
) -> ResponseReturnValue:
    """A page of the desk of a departure, with what its head needs."""
    if "departure" not in context:
        context["trip"], context["departure"] = departure_at(slug, variant_id)
    here = {"slug": slug, "variant_id": variant_id}
    return render_page(f"desk/{template}", status, here=here, span=span_of_days, **context)
