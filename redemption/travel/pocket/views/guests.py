"""`/guests/<token>/itinerary`: a guest reads where to be and when, without an account."""

from urllib.parse import urlsplit

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from catalog.views.dates import span_of_days
from marketplace.kernel import clock
from marketplace.kernel.settings import current
from marketplace.web.downloads import download, pdf
from marketplace.web.pages import public, render_page
from redemption.travel.pocket.calendars import calendar_of
from redemption.travel.pocket.documents import itinerary_pdf
from redemption.travel.pocket.queries.guests import pocket_by_link
from redemption.travel.pocket.queries.own import Pocket
from redemption.travel.registration.views.doors import by_link
from redemption.travel.registration.views.guest import behind_links

guests = Blueprint("guest_pocket", __name__, url_prefix="/guests/<token>")
behind_links(guests)


def _pocket(token: str) -> Pocket:
    return by_link(pocket_by_link, token, at=clock.now())


@guests.get("/itinerary")
@public
def show(token: str) -> ResponseReturnValue:
    """Their trip day by day."""
    pocket = _pocket(token)
    return render_page(
        "pocket/guest.html", pocket=pocket, trip=pocket.trip, token=token, span=span_of_days
    )


@guests.get("/itinerary.pdf")
@public
def paper(token: str) -> Response:
    """The same on paper."""
    return pdf(itinerary_pdf(_pocket(token)), "itinerary.pdf")


@guests.get("/itinerary.ics")
@public
def calendar(token: str) -> Response:
    """The same to be put into a calendar once.

    No calendar follows it: the address would be in the hands of whoever runs the calendar, and it
    opens what a guest entered.
    """
    host = urlsplit(current().base_url).hostname or "laurel"
    return download(calendar_of(_pocket(token), host=host), "itinerary.ics")
