"""`/trips/bookings`: my trips and what comes next, each day by day, on paper, in my calendar."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from catalog.views.dates import span_of_days
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.codes import grouped
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.web.deeds import once
from marketplace.web.downloads import pdf
from marketplace.web.forms import PageForm
from marketplace.web.letters import page_link
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other
from redemption.credentials.sharing import add_to_profile
from redemption.travel.after.queries.surveys import Afterwards, afterwards
from redemption.travel.pocket.documents import itinerary_pdf
from redemption.travel.pocket.forms import LOST, SeenForm
from redemption.travel.pocket.operations import close_address, have_seen, new_address
from redemption.travel.pocket.queries.feeds import my_feed
from redemption.travel.pocket.queries.maybes import my_maybes
from redemption.travel.pocket.queries.mine import my_trips
from redemption.travel.pocket.queries.own import Pocket, my_pocket, my_trip
from redemption.vouchers.queries import badge_from_trip

bp = Blueprint("pocket", __name__, url_prefix="/trips")


@bp.get("/bookings")
@requires(Permission.CATALOG_BROWSE)
def mine() -> ResponseReturnValue:
    """Every trip I have a place on or may have one, the next first, and what comes next."""
    actor, at = current_actor(), clock.now()
    found = my_maybes(actor, at=at)
    return render_page(
        "pocket/list.html",
        trips=my_trips(actor, on=at.date()),
        maybes=[one for one in found if not one.is_package],
        packages=[one for one in found if one.is_package],
        at=at,
        span=span_of_days,
    )


@bp.get("/bookings/<reference>/itinerary")
@requires(Permission.CATALOG_BROWSE)
def show(reference: str) -> ResponseReturnValue:
    """One trip day by day, with what changed since I said that I have seen it."""
    at = clock.now()
    pocket = my_pocket(current_actor(), reference, at=at)
    return render_page(
        "pocket/show.html",
        pocket=pocket,
        trip=pocket.trip,
        after=_afterwards(pocket),
        badge=badge_from_trip(current_actor(), reference) if pocket.trip.is_behind else None,
        add_to_profile=add_to_profile,
        grouped=grouped,
        at=at,
        span=span_of_days,
    )


def _afterwards(pocket: Pocket) -> Afterwards | None:
    """What waits for who is back; nothing for who did not come."""
    if not pocket.trip.is_behind:
        return None
    try:
        return afterwards(current_actor(), pocket.trip.reference)
    except NotFound:
        return None


@bp.post("/bookings/<reference>/itinerary/seen")
@requires(Permission.CATALOG_BROWSE)
def seen(reference: str) -> ResponseReturnValue:
    """I know the changes that this page showed."""
    form, at = SeenForm(), clock.now()
    my_trip(current_actor(), reference)
    if not form.validate_on_submit():
        raise BadInput(LOST)

    def work(actor: Actor) -> str:
        have_seen(actor, reference, until=min(form.moment, at))
        return reference

    once(form, work, at=at)
    return see_other("pocket.show", reference=reference)


@bp.get("/bookings/<reference>/itinerary.pdf")
@requires(Permission.CATALOG_BROWSE)
def paper(reference: str) -> Response:
    """The same on paper."""
    pocket = my_pocket(current_actor(), reference, at=clock.now())
    return pdf(itinerary_pdf(pocket), f"itinerary-{reference.lower()}.pdf")


@bp.get("/bookings/<reference>/calendar")
@requires(Permission.CATALOG_BROWSE)
def calendar(reference: str) -> ResponseReturnValue:
    """The address at which my calendar follows the trip."""
    return _calendar_page(reference, None)


def _calendar_page(reference: str, form: PageForm | None) -> ResponseReturnValue:
    trip = my_trip(current_actor(), reference)
    feed = my_feed(current_actor(), trip.booking_id)
    link = page_link("pocket_feeds.follow", token=feed.token) if feed else ""
    return render_page("pocket/calendar.html", trip=trip, feed=feed, link=link, form=form)


@bp.post("/bookings/<reference>/calendar")
@requires(Permission.CATALOG_BROWSE)
def open_calendar(reference: str) -> ResponseReturnValue:
    """Make an address, or another in place of the one before."""
    form, at = PageForm(), clock.now()
    if not form.validate_on_submit():
        return _calendar_page(reference, form)

    def work(actor: Actor) -> str:
        new_address(actor, reference, at=at)
        return reference

    once(form, work, at=at)
    flash_done("Your calendar can follow the trip at the address below.")
    return see_other("pocket.calendar", reference=reference)


@bp.post("/bookings/<reference>/calendar/close")
@requires(Permission.CATALOG_BROWSE)
def close_calendar(reference: str) -> ResponseReturnValue:
    """No calendar follows any more."""
    form, at = PageForm(), clock.now()
    if not form.validate_on_submit():
        return _calendar_page(reference, form)

    def work(actor: Actor) -> str:
        close_address(actor, reference)
        return reference

    once(form, work, at=at)
    flash_done("The address is closed. Calendars that followed it keep what they had.")
    return see_other("pocket.calendar", reference=reference)
