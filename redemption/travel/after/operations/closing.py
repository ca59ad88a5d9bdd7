"""A trip is over: whoever had a place has traveled."""

from datetime import date, datetime

import sqlalchemy as sa

from catalog.models import Departure
from marketplace.kernel.db import session
from marketplace.kernel.errors import IllegalMove
from marketplace.kernel.jobs import enqueue
from redemption.bookings.models import Booking, Traveler
from redemption.bookings.operations import move_booking
from redemption.bookings.states import BookingState
from redemption.travel.after.operations.awarding import award_travelers

AT_ONCE = 500


def over(on: date, *, variant_id: int | None = None) -> list[int]:
    """Ids of bookings of departures, or of one, that were over before a day.

    One that was called off never took place. A booking paid for with points has to be confirmed:
    until then its line is under way.
    """
    stands = sa.or_(
        Booking.state == BookingState.CONFIRMED,
        sa.and_(Booking.state == BookingState.REQUESTED, Booking.invitation_id.is_not(None)),
    )
    wanted = (
        sa.select(Booking.id)
        .join(Departure, Departure.variant_id == Booking.variant_id)
        .where(Departure.ends_on < on, Departure.canceled_at.is_(None), stands)
        .order_by(Booking.id)
    )
    if variant_id is not None:
        wanted = wanted.where(Booking.variant_id == variant_id)
    return list(session().scalars(wanted.limit(AT_ONCE)))


def mark_traveled(booking_id: int, *, at: datetime) -> bool:
    """The places were used: a badge for its people, who are asked how it was.

    False when a rival was faster.
    """
    booking = session().get_one(Booking, booking_id, populate_existing=True)
    try:
        move_booking(booking, BookingState.TRAVELED, actor_id=None, at=at)
    except IllegalMove:
        return False
    award_travelers(Traveler.booking_id == booking_id, at=at)
    enqueue("after.ask", key=str(booking_id), booking_id=booking_id)
    return True
