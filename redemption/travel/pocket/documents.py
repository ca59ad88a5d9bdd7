"""An itinerary on paper: drawn when asked for, the same bytes until something changes."""

from markupsafe import Markup

from catalog.photos.queries import widest_jpeg
from catalog.views.dates import span_of_days
from marketplace.kernel import documents
from marketplace.kernel.settings import current
from marketplace.web.letters import page_link
from marketplace.web.paper import data_address, picture_data, qr
from redemption.travel.pocket.queries.own import Pocket, PocketTrip


def itinerary_pdf(pocket: Pocket) -> bytes:
    """A cover, and the days behind it. Of travelers it says the names, and nothing else."""
    trip = pocket.trip
    return documents.draw(
        "documents/itinerary.html",
        title=f"Itinerary: {trip.name}",
        pocket=pocket,
        trip=trip,
        span=span_of_days,
        picture=_cover(trip),
        qr="" if pocket.guest_of else _square(trip),
        changed_at=max([trip.changed_at, *(one.changed_at for one in pocket.entries)]),
        organization=current().organization,
    )


def _square(trip: PocketTrip) -> Markup:
    """Opens the page; a guest's paper has none, because their address is a key."""
    address = page_link("pocket.show", reference=trip.reference)
    return qr(address, "QR code: opens the itinerary as it is now", level="m")


def _cover(trip: PocketTrip) -> str:
    content = widest_jpeg(trip.slug, trip.photo) if trip.photo else None
    if content:
        return data_address("image/jpeg", content)
    options = {name: value for name, value in trip.art.items() if name != "kind"}
    return picture_data(str(trip.art.get("kind", "scene")), trip.slug, **options)
