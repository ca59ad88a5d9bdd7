"""The letter to who is back from a trip: how was it, and where the pictures are."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.queries import actor_of, person
from marketplace.web.letters import page_link, write_letter
from redemption.bookings.models import Booking, Traveler
from redemption.travel.after.queries.surveys import Afterwards, afterwards


def write_asking(booking_id: int, *, at: datetime) -> None:
    """Ask each employee on a booking, once; not who did not come or has answered."""
    booking = session().get_one(Booking, booking_id)
    travelers = sa.select(Traveler.employee_id).where(
        Traveler.booking_id == booking_id, Traveler.employee_id.is_not(None)
    )
    for employee_id in filter(None, session().scalars(travelers).all()):
        reader = person(employee_id)
        trip = _waits(actor_of(employee_id), booking.reference) if reader.is_active else None
        if trip is None or not trip.may_answer(at.date()):
            continue
        write_letter(
            "trip_over",
            to=reader,
            key=f"trip_over:{booking_id}:{employee_id}",
            at=at,
            trip=trip,
            href=page_link("after.survey", reference=booking.reference),
        )


def _waits(actor: Actor, reference: str) -> Afterwards | None:
    try:
        return afterwards(actor, reference)
    except NotFound:
        return None
