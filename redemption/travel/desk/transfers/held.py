"""A seat is free once its traveler does not go any more, and transfers with people keep theirs."""

from datetime import datetime

import sqlalchemy as sa

from catalog.trips.kept import keeps_seats
from marketplace.kernel.db import session
from redemption.bookings.following import follows_bookings
from redemption.bookings.models import Booking
from redemption.bookings.states import BookingState
from redemption.travel.desk.transfers.models import TransferLoad
from redemption.travel.desk.transfers.operations import leave_seats


@follows_bookings
def free_seats(booking: Booking, _at: datetime) -> None:
    """Whoever gives their places back rides nowhere."""
    if booking.state is BookingState.CANCELLED:
        leave_seats(booking.id)


@keeps_seats
def seats_in_use(item_id: int) -> int:
    """How many ride a transfer."""
    taken = sa.select(TransferLoad.taken).where(TransferLoad.item_id == item_id)
    return session().scalar(taken) or 0
