"""What follows when a booking of a trip is canceled late: those who plan it hear of it."""

from datetime import datetime

from catalog.models import Departure
from marketplace.kernel.db import session
from marketplace.kernel.jobs import enqueue
from redemption.bookings.following import follows_bookings
from redemption.bookings.models import Booking
from redemption.bookings.states import BookingState


@follows_bookings
def tell_planners(booking: Booking, at: datetime) -> None:
    """After the last day to ask nobody finds the place by themselves: planners hear of it."""
    if booking.state is not BookingState.CANCELLED:
        return
    leaves = session().get(Departure, booking.variant_id)
    if booking.trip_id is None or leaves is None or leaves.canceled_at is not None:
        return
    if leaves.cutoff_on < at.date() < leaves.starts_on:
        enqueue("cancellations.tell_late", key=str(booking.id), booking_id=booking.id)
