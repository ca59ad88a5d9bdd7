"""Whose calendar follows which itinerary."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from redemption.travel.pocket.addresses import NOWHERE, feed_in, token_of
from redemption.travel.pocket.models import ItineraryFeed


@dataclass(frozen=True, slots=True)
class OwnFeed:
    """The open address of one's own calendar."""

    token: str
    made_at: datetime


def my_feed(actor: Actor, booking_id: int) -> OwnFeed | None:
    """The address that is open; None where there is none."""
    row = (
        session()
        .execute(
            sa.select(ItineraryFeed.id, ItineraryFeed.issue, ItineraryFeed.made_at).where(
                ItineraryFeed.booking_id == booking_id,
                ItineraryFeed.employee_id == actor.id,
                ItineraryFeed.is_open,
            )
        )
        .one_or_none()
    )
    return OwnFeed(token_of(row.id, row.issue), row.made_at) if row else None


def reader_with(token: str) -> tuple[int, int]:
    """Booking and traveler of an address. Raises NotFound when it leads nowhere (any more).

    It closes by itself when its traveler no longer works here.
    """
    feed_id, issue = feed_in(token)
    row = (
        session()
        .execute(
            sa.select(ItineraryFeed.booking_id, ItineraryFeed.employee_id)
            .join(Employee, Employee.id == ItineraryFeed.employee_id)
            .where(
                ItineraryFeed.id == feed_id,
                ItineraryFeed.issue == issue,
                ItineraryFeed.is_open,
                Employee.status == EmployeeStatus.ACTIVE,
            )
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound(NOWHERE)
    return row.booking_id, row.employee_id
