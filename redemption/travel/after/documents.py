"""The report of a trip on paper."""

from catalog.trips.queries.planner import PlannedDeparture, PlannedTrip
from catalog.views.dates import span_of_days
from marketplace.kernel import documents
from marketplace.kernel.settings import current
from redemption.travel.after.queries.report import Report
from redemption.travel.after.states import CostKind


def report_pdf(
    trip: PlannedTrip, departure: PlannedDeparture, report: Report, *, is_ahead: bool
) -> bytes:
    """What it cost and for whom, and who came; nobody did while it `is_ahead`."""
    return documents.draw(
        "documents/trip_report.html",
        title=f"Report: {trip.name}, {departure.label}",
        trip=trip,
        departure=departure,
        report=report,
        is_ahead=is_ahead,
        kinds=list(CostKind),
        span=span_of_days,
        organization=current().organization,
    )
