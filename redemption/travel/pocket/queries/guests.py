"""An itinerary as a guest reads it by their link: the trip, what is theirs, whom to call."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.drawing import sha256_of
from marketplace.kernel.secrets import fingerprint
from marketplace.people.models import Employee
from redemption.bookings.models import Booking
from redemption.travel.pocket.models import ItineraryLook
from redemption.travel.pocket.queries.own import TRIP, Pocket, PocketTrip, pocket_with, trip_in
from redemption.travel.pocket.queries.theirs import OF_GUEST, Guest, theirs_in
from redemption.travel.registration.errors import LinkIsOver
from redemption.travel.registration.models import GuestLink
from redemption.travel.registration.queries import link_in_force

PURPOSE = "guest itinerary"
NAME = 12  # signs: no two guests share a name of a calendar


def pocket_by_link(token: str, *, at: datetime) -> Pocket:
    """The itinerary of the guest whose link it is. Raises LinkIsOver, also for one that never was.

    Of who takes them along there is nothing but the name: neither booking nor confirmation, nor
    flights, seats and rooms of others.
    """
    row = (
        session()
        .execute(
            TRIP.outerjoin(ItineraryLook, sa.false())
            .join(Guest, sa.and_(Guest.booking_id == Booking.id, Guest.employee_id.is_(None)))
            .join(GuestLink, GuestLink.traveler_id == Guest.id)
            .join(Employee, Employee.id == Booking.employee_id)
            .add_columns(
                Guest.id.label("guest_id"),
                Guest.name.label("guest"),
                Employee.name.label("host"),
                *OF_GUEST,
            )
            .where(GuestLink.token_hash == sha256_of(token.encode()), link_in_force(at))
        )
        .one_or_none()
    )
    if row is None:
        raise LinkIsOver
    trip = _for_guests(trip_in(row), row.guest_id, row.guest or f"Guest of {row.host}")
    return replace(pocket_with(trip, theirs_in(row), since=at, at=at), guest_of=row.host)


def _for_guests(trip: PocketTrip, guest_id: int, name: str) -> PocketTrip:
    """A trip without what is the business of who booked it; its reference names calendars alone."""
    named = fingerprint(str(guest_id), PURPOSE)[:NAME]
    return replace(
        trip,
        reference=named,
        confirmation="",
        invitation_id=None,
        line_id=None,
        request=None,
        travelers=(name,),
    )
