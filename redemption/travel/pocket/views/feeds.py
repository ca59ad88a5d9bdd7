"""`/trips/calendars/<token>.ics`: an itinerary for a calendar, and the worker of the pages."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from marketplace.kernel import clock
from marketplace.kernel.settings import current
from marketplace.web.assets import worker_script
from marketplace.web.letters import page_link
from marketplace.web.pages import public
from redemption.travel.pocket.calendars import calendar_of
from redemption.travel.pocket.queries.feeds import reader_with
from redemption.travel.pocket.queries.own import pocket_of

feeds = Blueprint("pocket_feeds", __name__, url_prefix="/trips")


@feeds.get("/calendars/<token>.ics")
@public
def follow(token: str) -> Response:
    """The itinerary as a calendar: whoever has the address reads it."""
    pocket = pocket_of(*reader_with(token), at=clock.now())
    host = urlsplit(current().base_url).hostname or "laurel"
    link = page_link("pocket.show", reference=pocket.trip.reference)
    answer = Response(calendar_of(pocket, host=host, link=link), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'inline; filename="itinerary.ics"'
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@feeds.get("/bookings/worker.js")
@public
def worker() -> Response:
    """The script that answers for itineraries when there is no network."""
    return worker_script("itinerary-worker.js")
