"""What follows when a booking of a trip is canceled: data goes soon, and planners hear of it."""

from contextlib import suppress
from datetime import datetime

import sqlalchemy as sa

from catalog.models import Departure
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.jobs import enqueue
from redemption.bookings.following import follows_bookings
from redemption.bookings.models import Booking
from redemption.bookings.states import BookingState
from redemption.travel.vault.errors import NoTraveler
from redemption.travel.vault.models import VaultKeeping
from redemption.travel.vault.operations.keeping import keep_after_cancellation


@follows_bookings
def let_data_go(booking: Booking, at: datetime) -> None:
    """Nobody travels on it, so what was kept for it in the vault is deleted some days from now."""
    if booking.state is not BookingState.CANCELLED:
        return
    what = f"booking:{booking.id}"
    kept = sa.select(VaultKeeping.subject_id).where(VaultKeeping.what == what)
    for subject_id in session().scalars(kept.order_by(VaultKeeping.subject_id)).all():
        with suppress(NoTraveler):  # they had all of it erased
            keep_after_cancellation(Actor.system(), subject_id, what, canceled_on=at.date())


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
