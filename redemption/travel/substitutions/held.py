"""A place that is given back ends what was offered of it."""

from datetime import datetime

from redemption.bookings.following import follows_bookings
from redemption.bookings.models import Booking
from redemption.bookings.states import BookingState
from redemption.travel.substitutions.operations import end_with_its_place
from redemption.travel.substitutions.queries import live_of


@follows_bookings
def end_offer(booking: Booking, at: datetime) -> None:
    """Nobody can go in a place that is gone."""
    if booking.state is not BookingState.CANCELLED:
        return
    live = live_of(booking.invitation_id) if booking.invitation_id is not None else None
    if live is not None:
        end_with_its_place(live, at=at)
