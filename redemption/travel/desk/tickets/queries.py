"""Tickets of a departure: by traveler, by flight, and what is missing or doubtful."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, time
from functools import cached_property

import sqlalchemy as sa

from marketplace.kernel.db import session
from redemption.bookings.models import Booking, Traveler
from redemption.travel.desk.queries import GO, OnTrip, travelers_on
from redemption.travel.desk.tickets.models import Ticket
from redemption.travel.desk.tickets.policies import Flight
from redemption.travel.desk.tickets.states import Direction
from redemption.travel.registration.models import Registration
from redemption.travel.vault.checks import Finding, Journey, Severity, findings
from redemption.travel.vault.keys import opened_each
from redemption.travel.vault.models import VaultSubject
from redemption.travel.vault.states import Purpose, fields_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow(Flight):
    """One flight of one traveler."""

    id: int
    traveler_id: int


@dataclass(frozen=True, slots=True)
class FlightGroup:
    """Everyone on one flight on one day."""

    flight: TicketRow
    people: tuple[OnTrip, ...]


@dataclass(frozen=True)
class Tickets:
    """Who flies how on a departure."""

    people: Sequence[OnTrip]
    rows: Sequence[TicketRow]

    @cached_property
    def of(self) -> dict[int, list[TicketRow]]:
        """The flights of each traveler, in order."""
        found: dict[int, list[TicketRow]] = defaultdict(list)
        for row in self.rows:
            found[row.traveler_id].append(row)
        return found

    def without(self, direction: Direction) -> list[OnTrip]:
        """Who has no ticket this way."""
        have = {row.traveler_id for row in self.rows if row.direction is direction}
        return [who for who in self.people if who.id not in have]

    def flights(self, direction: Direction) -> list[FlightGroup]:
        """Everyone by the flight that arrives there, or by the one that leaves for home."""
        last: dict[int, TicketRow] = {}
        for row in self.rows:
            known = last.get(row.traveler_id)
            later = direction is Direction.OUT
            if row.direction is direction and (known is None or (row.leg > known.leg) is later):
                last[row.traveler_id] = row
        known_as = {who.id: who for who in self.people}
        groups: dict[tuple[date, time, str], list[TicketRow]] = defaultdict(list)
        for row in last.values():
            groups[(*_when(row, direction), row.flight)].append(row)
        return [
            FlightGroup(rows[0], tuple(known_as[one.traveler_id] for one in rows))
            for _, rows in sorted(groups.items())
        ]


def _when(row: TicketRow, direction: Direction) -> tuple[date, time]:
    if direction is Direction.OUT:
        return row.arrives_on, row.arrives_at
    return row.departs_on, row.departs_at


_COLUMNS = [getattr(Ticket, one.name) for one in fields(TicketRow)]


def ticket_rows(variant_id: int) -> list[TicketRow]:
    """Every flight of everyone on a departure, by traveler and in the order of the way."""
    rows = session().execute(
        sa.select(*_COLUMNS)
        .join(Traveler, Traveler.id == Ticket.traveler_id)
        .join(Booking, Booking.id == Traveler.booking_id)
        .where(Booking.variant_id == variant_id, Booking.state.in_(GO))
        .order_by(Ticket.traveler_id, Ticket.direction.desc(), Ticket.leg)
    )
    return [TicketRow(**row._asdict()) for row in rows]


def tickets_of(traveler_id: int) -> list[TicketRow]:
    """The flights of one traveler, in order."""
    rows = session().execute(
        sa.select(*_COLUMNS)
        .where(Ticket.traveler_id == traveler_id)
        .order_by(Ticket.departs_on, Ticket.departs_at, Ticket.leg)
    )
    return [TicketRow(**row._asdict()) for row in rows]


def tickets_on(variant_id: int) -> Tickets:
    """Who flies how on a departure."""
    return Tickets(travelers_on(variant_id), ticket_rows(variant_id))


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about somebody's documents or ticket; the words hold no value of them."""

    who: OnTrip
    finding: Finding


def doubts_on(variant_id: int, tickets: Tickets, journey: Journey, *, today: date) -> list[Doubt]:
    """What stands in the way of travelers by their passport and ticket, what stops them first.

    What they have not entered yet is no doubt; nobody sees a value, so no reading is noted.
    """
    subjects = _subjects_on(variant_id)
    kept = opened_each(list(subjects.values()), fields_of(Purpose.IDENTITY))
    found: list[Doubt] = []
    for who in tickets.people:
        subject = subjects.get(who.id)
        if subject is None or subject.id not in kept:
            continue
        flights = tickets.of[who.id]
        mine = replace(
            journey,
            ticket_name=next((one.ticket_name for one in flights if one.ticket_name), ""),
            youngest=journey.youngest if who.is_guest else 0,
        )
        found += [
            Doubt(who, one)
            for one in findings(kept[subject.id], mine, today=today)
            if one.code != "missing"
        ]
    return sorted(found, key=lambda one: one.finding.severity is not Severity.STOPS)


def _subjects_on(variant_id: int) -> dict[int, VaultSubject]:
    rows = session().execute(
        sa.select(Traveler.id, VaultSubject)
        .join(Booking, Booking.id == Traveler.booking_id)
        .outerjoin(Registration, Registration.traveler_id == Traveler.id)
        .join(
            VaultSubject,
            sa.or_(
                VaultSubject.id == Registration.subject_id,
                VaultSubject.employee_id == Traveler.employee_id,
            ),
        )
        .where(
            Booking.variant_id == variant_id,
            Booking.state.in_(GO),
            VaultSubject.erased_at.is_(None),
        )
    )
    return {row.id: row.VaultSubject for row in rows}
