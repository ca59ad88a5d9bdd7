"""What is a traveler's own on an itinerary: flights, seats and places, a room.

Each is read beside the booking, so that a page asks once. What else becomes theirs is added here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
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
from redemption.travel.desk.tickets.models import Ticket, TicketGone
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


def _flown(ticket: Any, locator: Any, changed_at: Any) -> Any:
    return (
        sa.select(
            ticket.direction,
            ticket.flight,
            ticket.from_airport,
            ticket.departs_on,
            ticket.departs_at,
            ticket.arrives_on,
            ticket.arrives_at,
            _place(_FROM, ticket.from_airport),
            _place(_TO, ticket.to_airport),
            _FROM.time_zone,
            _TO.time_zone,
            locator,
            Traveler.name,
            changed_at,
        )
        .outerjoin(_FROM, _FROM.iata == ticket.from_airport)
        .outerjoin(_TO, _TO.iata == ticket.to_airport)
    )


_HELD: dict[str, tuple[Any, Any]] = {
    "tickets": (_flown(Ticket, Ticket.locator, Ticket.changed_at), Ticket.traveler_id),
    "gone": (
        _flown(TicketGone, sa.literal("").label("locator"), TicketGone.gone_at),
        TicketGone.traveler_id,
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
    """One ticket of one traveler, by the clock at each airport; it may be one that is gone."""

    direction: Direction
    flight: str
    from_airport: str
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
    def key(self) -> str:
        """What names the entry for ever: who fly together read it once, whatever its hour."""
        return f"flight-{self.flight}-{self.from_airport}-{self.departs_on:%Y%m%d}".lower()


@dataclass(frozen=True, slots=True)
class Theirs:
    """What is a booking's own."""

    flights: tuple[Flight, ...] = ()
    gone: tuple[Flight, ...] = ()
    items: frozenset[int] = frozenset()
    rooms: tuple[str, ...] = ()


def theirs_in(row: Any) -> Theirs:
    """What a row with these columns says."""
    items = [item_id for name in ("seats", "places") for (item_id,) in rows_in(getattr(row, name))]
    rooms = dict.fromkeys(", ".join(filter(None, one)) for one in rows_in(row.rooms))
    return Theirs(_flights(row.tickets), _flights(row.gone), frozenset(items), tuple(rooms))


def _flights(value: str | None) -> tuple[Flight, ...]:
    found = (_flight(one) for one in rows_in(value))
    return tuple(sorted(found, key=lambda one: (one.key, one.departs_at, one.traveler)))


def _flight(row: list[Any]) -> Flight:
    direction, flight, airport, *when = row[:7]
    days = [date.fromisoformat(one) for one in when[::2]]
    hours = [time.fromisoformat(one) for one in when[1::2]]
    moments = days[0], hours[0], days[1], hours[1]
    facts = [Direction(direction), flight, airport, *moments, *row[7:13], moment_in(row[13])]
    return Flight(*facts)


def with_theirs(entries: Sequence[Entry], theirs: Theirs, *, since: datetime) -> list[Entry]:
    """The plan with what is theirs marked in it, and their flights among it."""
    keys = {f"plan-{item_id}" for item_id in theirs.items}
    found = [replace(one, is_mine=True) if one.key in keys else one for one in entries]
    standing, gone = _by_key(theirs.flights), _by_key(theirs.gone)
    found += [_entry(standing.get(key, []), gone.get(key, []), since) for key in standing | gone]
    return sorted(found, key=lambda one: one.order)


def _by_key(flights: Sequence[Flight]) -> dict[str, list[Flight]]:
    return {key: list(same) for key, same in groupby(flights, key=lambda one: one.key)}


def _entry(same: Sequence[Flight], gone: Sequence[Flight], since: datetime) -> Entry:
    """A flight with everyone on it; it is gone when nobody is any more.

    Whoever leaves it makes a greater version, and so does whoever is on it again.
    """
    first = same[0] if same else max(gone, key=lambda one: one.changed_at)
    changed_at = max(one.changed_at for one in (*same, *gone))
    seconds = (changed_at - _BEGINNING) // timedelta(seconds=1)
    is_news = changed_at > since
    names = ", ".join(filter(None, (one.traveler for one in same)))
    codes = ", ".join(dict.fromkeys(filter(None, (one.locator for one in same))))
    arrives = "" if first.arrives_on == first.departs_on else " the next day"
    about = [f"Arrives at {first.arrives_at:%H:%M}{arrives} by the clock there."]
    about += [f"For {names}."] * bool(names) + [f"Booking code {codes}."] * bool(codes)
    return Entry(
        key=first.key,
        kind=ItemKind.ARRIVAL if first.direction is Direction.OUT else ItemKind.DEPARTURE,
        name=f"{first.flight}, {first.from_place} to {first.to_place}",
        on=first.departs_on,
        version=seconds + 2 * len(gone) - (not same),
        changed_at=changed_at,
        starts_at=first.departs_at,
        arrives=datetime.combine(first.arrives_on, first.arrives_at),
        zones=(first.from_zone, first.to_zone),
        text=" ".join(about),
        is_mine=True,
        is_gone=not same,
        mark=(Mark.NEW if same else Mark.GONE) if is_news else None,
    )
