"""What follows when a place is given back late, or won on a departure that was canceled before."""

from datetime import datetime

import sqlalchemy as sa

from catalog.models import Departure
from marketplace.access.actor import Actor
from marketplace.awards.entitlements.following import follows_moves
from marketplace.awards.entitlements.models import Entitlement
from marketplace.awards.entitlements.states import EntitlementState
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.jobs import enqueue
from redemption.bookings.following import follows_bookings
from redemption.bookings.models import Booking
from redemption.bookings.states import BookingState
from redemption.travel.cancellations.models import CanceledDeparture


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


@follows_moves
def make_winner_whole(right: Entitlement, _actor: Actor, _at: datetime) -> bool:
    """Who wins a place on a canceled departure gets what the others got, and hears of it then."""
    if right.state is not EntitlementState.GRANTED:
        return False
    reopened = session().execute(
        sa.update(CanceledDeparture)
        .where(CanceledDeparture.variant_id == right.variant_id)
        .values(finished_at=None),
        execution_options={"synchronize_session": False},
    )
    if not rows_changed(reopened):
        return False
    key = f"{right.variant_id}:{right.id}"
    enqueue("cancellations.make_whole", key=key, variant_id=right.variant_id)
    return True
