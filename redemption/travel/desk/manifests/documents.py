"""The run sheet as a PDF for the pocket of who is on the spot."""

from catalog.trips.queries.planner import PlannedDeparture, PlannedTrip
from catalog.views.dates import span_of_days
from marketplace.kernel import documents
from redemption.travel.desk.manifests.queries import run_sheet_of


def run_sheet_pdf(trip: PlannedTrip, departure: PlannedDeparture) -> bytes:
    """Every day on a page of its own. Raises DocumentComing."""
    dates = departure.dates
    return documents.draw(
        "documents/run_sheet.html",
        title=f"Run sheet: {trip.name}",
        trip=trip,
        departure=departure,
        days=run_sheet_of(departure.variant_id, dates.starts_on),
        when=span_of_days(dates.starts_on, dates.ends_on),
    )
