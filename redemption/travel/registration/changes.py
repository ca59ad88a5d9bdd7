"""What was changed by hand about a registration: sections opened again, guests replaced."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.models import Employee
from redemption.travel.registration.models import GuestChange, Reopening
from redemption.travel.registration.states import Section


@dataclass(frozen=True, slots=True)
class ReopeningRow:
    """A section that was opened again for one traveler."""

    section: Section
    until_on: date
    reason: str
    by: str
    at: datetime


def reopenings_of(traveler_id: int) -> list[ReopeningRow]:
    """What was opened again for a traveler, the newest first."""
    rows = session().execute(
        sa.select(
            Reopening.section, Reopening.until_on, Reopening.reason, Employee.name, Reopening.at
        )
        .outerjoin(Employee, Employee.id == Reopening.actor_id)
        .where(Reopening.traveler_id == traveler_id)
        .order_by(Reopening.id.desc())
    )
    return [
        ReopeningRow(section, until, reason, by or "Laurel", at)
        for section, until, reason, by, at in rows
    ]


@dataclass(frozen=True, slots=True)
class GuestChangeRow:
    """Another guest came along; `flights` were booked for the one before."""

    number: int
    flights: int
    by: str
    at: datetime


def guest_changes_of(traveler_id: int) -> list[GuestChangeRow]:
    """How often somebody else came along in this place, the latest first."""
    rows = session().execute(
        sa.select(GuestChange.number, GuestChange.flights, Employee.name, GuestChange.at)
        .outerjoin(Employee, Employee.id == GuestChange.actor_id)
        .where(GuestChange.traveler_id == traveler_id)
        .order_by(GuestChange.number.desc())
    )
    return [GuestChangeRow(number, lost, by or "Laurel", at) for number, lost, by, at in rows]
