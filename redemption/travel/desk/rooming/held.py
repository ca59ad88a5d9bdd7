"""A bed is free once its traveler does not go any more, and rooms with people stay in the plan."""

from datetime import datetime

import sqlalchemy as sa

from catalog.trips.kept import keeps_rooms
from marketplace.kernel.db import session
from redemption.bookings.following import follows_bookings
from redemption.bookings.models import Booking
from redemption.bookings.states import BookingState
from redemption.travel.desk.rooming.models import TripRoom
from redemption.travel.desk.rooming.operations import leave_beds


@follows_bookings
def free_beds(booking: Booking, at: datetime) -> None:
    """Whoever gives their places back sleeps nowhere."""
    if booking.state is BookingState.CANCELLED:
        leave_beds(booking.variant_id, booking.id, f"{booking.reference} was given back", at=at)


@keeps_rooms
def rooms_in_use(room_type_id: int) -> int:
    """How many rooms of a kind the desk has given numbers to."""
    most = sa.select(sa.func.coalesce(sa.func.max(TripRoom.number), 0))
    return session().scalar(most.where(TripRoom.room_type_id == room_type_id)) or 0
