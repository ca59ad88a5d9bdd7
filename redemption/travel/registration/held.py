"""A registration opens with the booking of a trip, and closes when its places are given back."""

from datetime import datetime

from marketplace.kernel.jobs import enqueue
from redemption.bookings.following import follows_bookings
from redemption.bookings.models import Booking
from redemption.bookings.states import BookingState


@follows_bookings
def open_or_close(booking: Booking, _at: datetime) -> None:
    """Promise the letters and rows that come with it, of a group trip."""
    if booking.trip_id is None:
        return
    if booking.state is BookingState.REQUESTED:
        enqueue("registration.open", key=booking.reference, booking_id=booking.id)
    elif booking.state is BookingState.CANCELLED:
        enqueue("registration.close", key=booking.reference, booking_id=booking.id)
