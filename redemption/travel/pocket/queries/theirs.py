"""What is a traveler's own on an itinerary: flights, seats and places, a room.

Each is read beside the booking, so that a page asks once. What else becomes theirs is added here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.airports.models import Airport
from catalog.trips.models import RoomType
from catalog.trips.states import ItemKind
from marketplace.kernel.json_rows import moment_in, rows_as_json, rows_in
from redemption.bookings.models import Booking, Traveler
from redemption.travel.activities.models import ActivityPlace
from redemption.travel.desk.rooming.models import TripBed, TripRoom
from redemption.travel.desk.tickets.models import Ticket
from redemption.travel.desk.tickets.states import Direction
from redemption.travel.desk.transfers.models import TransferSeat
from redemption.travel.pocket.entries import Entry, Mark

_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
_FROM, _TO = aliased(Airport), aliased(Airport)


Guest = aliased(Traveler)


def _of_booking(statement: Any, traveler_id: Any) -> Any:
    """Of everyone on the booking."""
    theirs = statement.join(Traveler, Traveler.id == traveler_id)
    return rows_as_json(theirs.where(Traveler.booking_id == Booking.id).correlate(Booking))


def _of_guest(statement: Any, traveler_id: Any) -> Any:
    """Of one guest alone."""
    theirs = statement.join(Traveler, Traveler.id == traveler_id)
    return rows_as_json(theirs.where(Traveler.id == Guest.id).correlate(Guest))


def _place(airport: Any, iata: Any) -> Any:
    return sa.func.coalesce(airport.city + " (" + airport.iata + ")", iata)


_HELD: dict[str, tuple[Any, Any]] = {
    "tickets": (
        sa.select(
            Ticket.id,
            Ticket.direction,
            Ticket.flight,
            Ticket.departs_on,
            Ticket.departs_at,
            Ticket.arrives_on,
            Ticket.arrives_at,
            _place(_FROM, Ticket.from_airport),
            _place(_TO, Ticket.to_airport),
            _FROM.time_zone,
            _TO.time_zone,
            Ticket.locator,
            Traveler.name,
            Ticket.changed_at,
        )
        .outerjoin(_FROM, _FROM.iata == Ticket.from_airport)
        .outerjoin(_TO, _TO.iata == Ticket.to_airport),
        Ticket.traveler_id,
    ),
    "seats": (sa.select(TransferSeat.item_id), TransferSeat.traveler_id),
    "places": (sa.select(ActivityPlace.item_id), ActivityPlace.traveler_id),
    "rooms": (
        sa.select(RoomType.name, TripRoom.label)
        .select_from(TripBed)
        .join(TripRoom, TripRoom.id == TripBed.room_id)
        .join(RoomType, RoomType.id == TripRoom.room_type_id),
        TripBed.traveler_id,
    ),
}
THEIRS = tuple(_of_booking(*held).label(name) for name, held in _HELD.items())
"""Columns for a statement that has `Booking`: what everyone on it has."""
OF_GUEST = tuple(_of_guest(*held).label(name) for name, held in _HELD.items())
"""The same for a statement that has `Guest`: what this one has."""


@dataclass(frozen=True, slots=True)
class Flight:
    """One ticket of one traveler, by the clock at each airport."""

    id: int
    direction: Direction
    flight: str
    departs_on: date
    departs_at: time
    arrives_on: date
    arrives_at: time
    from_place: str
    to_place: str
    from_zone: str | None
    to_zone: str | None
    locator: str
    traveler: str
    changed_at: datetime

    @property
    def group(self) -> tuple[Any, ...]:
        """Travelers on one flight read one entry."""
        return self.departs_on, self.departs_at, self.flight


@dataclass(frozen=True, slots=True)
class Theirs:
    """What is a booking's own."""

    flights: tuple[Flight, ...] = ()
    items: frozenset[int] = frozenset()
    rooms: tuple[str, ...] = ()


def theirs_in(row: Any) -> Theirs:
    """What a row with these columns says."""
    flights = sorted((_flight(one) for one in rows_in(row.tickets)), key=lambda one: one.group)
    items = [item_id for name in ("seats", "places") for (item_id,) in rows_in(getattr(row, name))]
    rooms = dict.fromkeys(", ".join(filter(None, one)) for one in rows_in(row.rooms))
    return Theirs(tuple(flights), frozenset(items), tuple(rooms))


def _flight(row: list[Any]) -> Flight:
    ticket, direction, flight, *when = row[:7]
    days = [date.fromisoformat(one) for one in when[::2]]
    hours = [time.fromisoformat(one) for one in when[1::2]]
    moments = days[0], hours[0], days[1], hours[1]
    facts = [ticket, Direction(direction), flight, *moments, *row[7:13], moment_in(row[13])]
    return Flight(*facts)


def with_theirs(entries: Sequence[Entry], theirs: Theirs, *, since: datetime) -> list[Entry]:
    """The plan with what is theirs marked in it, and their flights among it."""
    keys = {f"plan-{item_id}" for item_id in theirs.items}
    found = [replace(one, is_mine=True) if one.key in keys else one for one in entries]
    for _group, same in groupby(theirs.flights, key=lambda one: one.group):
        found.append(_entry(list(same), since))
    return sorted(found, key=lambda one: one.order)


def _entry(same: Sequence[Flight], since: datetime) -> Entry:
    first, changed_at = same[0], max(one.changed_at for one in same)
    names = ", ".join(filter(None, (one.traveler for one in same)))
    codes = ", ".join(dict.fromkeys(filter(None, (one.locator for one in same))))
    arrives = "" if first.arrives_on == first.departs_on else " the next day"
    about = [f"Arrives at {first.arrives_at:%H:%M}{arrives} by the clock there."]
    about += [f"For {names}."] * bool(names) + [f"Booking code {codes}."] * bool(codes)
    return Entry(
        key=f"flight-{min(one.id for one in same)}",
        kind=ItemKind.ARRIVAL if first.direction is Direction.OUT else ItemKind.DEPARTURE,
        name=f"{first.flight}, {first.from_place} to {first.to_place}",
        on=first.departs_on,
        version=(changed_at - _BEGINNING).days * 1440 + (changed_at - _BEGINNING).seconds // 60,
        changed_at=changed_at,
        starts_at=first.departs_at,
        arrives=datetime.combine(first.arrives_on, first.arrives_at),
        zones=(first.from_zone, first.to_zone),
        text=" ".join(about),
        is_mine=True,
        mark=Mark.NEW if changed_at > since else None,
    )
