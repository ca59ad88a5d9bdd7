"""Who goes where already: one person, one place."""

from collections.abc import Collection
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
    """Whether somebody goes there already, or asked for it by another line than `but`."""
    if offer.departure is None:
        return False
    return session().scalar(sa.select(goes_there(employee_id, offer, at=at, but=but))) is True


def goes_there(
    employee_id: int, offer: Offer, *, at: datetime, but: int = 0
) -> sa.ColumnElement[bool]:
    """The same as a condition, for a statement that asks more.

    Of a group trip that is any departure that is not over: a person goes once. Of individual travel
    it is this departure; where people choose the dates they may go again.
    """
    if offer.departure is None:
        return sa.false()
    if offer.kind is Kind.GROUP_TRIP:
        return _has_place(employee_id, offer.reward_id, on=at.date(), but=but)
    return _asked_for(employee_id, but).where(
        RedemptionLine.variant_id == offer.variant_id,
        Departure.variant_id == RedemptionLine.variant_id,
    )


def has_place_on(employee_id: int, trip_id: int, *, on: date) -> bool:
    """Whether somebody has a place on a group trip that is not over, whichever way they came by it.

    What they asked for with points counts.
    """
    return session().scalar(sa.select(_has_place(employee_id, trip_id, on=on, but=0))) is True


def _has_place(employee_id: int, trip_id: int, *, on: date, but: int) -> sa.ColumnElement[bool]:
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
    return sa.or_(asked, booked)


def _asked_for(employee_id: int, but: int) -> sa.Exists:
    return sa.exists().where(
        RedemptionLine.id != but,
        RedemptionLine.employee_id == employee_id,
        RedemptionLine.state.in_(RESERVED | SPENT),
    )


def who_has_a_place(people: Collection[int], trip_id: int, *, on: date) -> set[int]:
    """Those of a few people who have a place on a group trip that is not over on a day."""
    asked = (
        sa.select(RedemptionLine.employee_id)
        .join(Departure, Departure.variant_id == RedemptionLine.variant_id)
        .where(
            RedemptionLine.employee_id.in_(people),
            RedemptionLine.reward_id == trip_id,
            RedemptionLine.state.in_(RESERVED | SPENT),
            Departure.ends_on >= on,
        )
    )
    booked = sa.select(Booking.employee_id).where(
        Booking.employee_id.in_(people),
        Booking.trip_id == trip_id,
        Booking.state.in_(IN_FORCE),
    )
    return set(session().scalars(asked.union(booked)))
