"""Who goes where already: one person, one place."""

from datetime import date, datetime

import sqlalchemy as sa

from catalog.models import Departure
from catalog.offers import Offer
from catalog.states import Kind
from marketplace.kernel.db import session
from redemption.bookings.models import Booking
from redemption.bookings.states import IN_FORCE
from redemption.models import RedemptionLine
from redemption.states import RESERVED, SPENT


def is_going(employee_id: int, offer: Offer, *, at: datetime, but: int = 0) -> bool:
    """Whether somebody goes there already, or asked for it by another line than `but`.

    Of a group trip that is any departure that is not over: a person goes once. Of individual travel
    it is this departure.
    """
    if offer.departure is None:
        return False
    if offer.kind is Kind.GROUP_TRIP:
        return has_place_on(employee_id, offer.reward_id, on=at.date(), but=but)
    there = _asked_for(employee_id, but).where(RedemptionLine.variant_id == offer.variant_id)
    return session().scalar(sa.select(there)) is True


def has_place_on(employee_id: int, trip_id: int, *, on: date, but: int = 0) -> bool:
    """Whether somebody has a place on a group trip that is not over, whichever way they came by it.

    What they asked for with points counts, by another line than `but`.
    """
    asked = _asked_for(employee_id, but).where(
        RedemptionLine.reward_id == trip_id,
        Departure.variant_id == RedemptionLine.variant_id,
        Departure.ends_on >= on,
    )
    booked = sa.exists().where(
        Booking.employee_id == employee_id,
        Booking.trip_id == trip_id,
        Booking.state.in_(IN_FORCE),
        Booking.invitation_id.is_not(None),
    )
    return session().scalar(sa.select(sa.or_(asked, booked))) is True


def _asked_for(employee_id: int, but: int) -> sa.Exists:
    return sa.exists().where(
        RedemptionLine.id != but,
        RedemptionLine.employee_id == employee_id,
        RedemptionLine.state.in_(RESERVED | SPENT),
    )
