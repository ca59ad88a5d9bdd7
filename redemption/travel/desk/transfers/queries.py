"""The transfers of a departure with who rides, and flights whose people have no seat yet."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

import sqlalchemy as sa

from catalog.trips.models import ItineraryItem
from catalog.trips.states import ItemKind
from marketplace.kernel.db import session
from redemption.bookings.models import Booking, Traveler
from redemption.travel.desk.queries import GO, OnTrip
from redemption.travel.desk.tickets.queries import FlightGroup, Tickets, tickets_on
from redemption.travel.desk.tickets.states import Direction
from redemption.travel.desk.transfers.models import TransferSeat
from redemption.travel.desk.transfers.policies import Bus, Party, best_for, seats_for


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer of the plan with who rides."""

    id: int
    name: str
    on: date
    starts_at: time | None
    place: str
    seats: int | None
    people: tuple[OnTrip, ...]

    @property
    def left(self) -> int | None:
        """Seats that nobody has; none: room for everyone."""
        return None if self.seats is None else self.seats - len(self.people)

    @property
    def bus(self) -> Bus:
        """The same as the proposal sees it."""
        at = datetime.combine(self.on, self.starts_at or time(0))
        return Bus(self.id, at, self.left, self.starts_at is not None)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A flight, and who of it has no seat in any transfer of the day."""

    group: FlightGroup
    waiting: tuple[OnTrip, ...]


@dataclass(frozen=True)
class Transfers:
    """Who rides what on a departure."""

    tickets: Tickets
    transfers: Sequence[Transfer]

    @cached_property
    def _riding(self) -> dict[date, set[int]]:
        found: dict[date, set[int]] = defaultdict(set)
        for one in self.transfers:
            found[one.on] |= {who.id for who in one.people}
        return found

    def arrivals(self, direction: Direction) -> list[Arrival]:
        """Flights that land there, or leave for home, with who has no seat that day."""
        return [
            Arrival(
                group,
                tuple(who for who in group.people if who.id not in self._riding[moment.date()]),
            )
            for group in self.tickets.flights(direction)
            for moment in [moment_of(group, direction)]
        ]

    def on_day(self, day: date) -> list[Transfer]:
        """The transfers of a day."""
        return [one for one in self.transfers if one.on == day]

    def fitting(self, direction: Direction, flight_at: datetime) -> int | None:
        """The transfer with a free seat that fits a flight best; none where none does."""
        free = [one.bus for one in self.on_day(flight_at.date()) if one.left != 0]
        return best_for(direction, flight_at, free)

    def proposed(self) -> list[tuple[int, tuple[int, ...]]]:
        """A seat for everyone who has none and whose flight a transfer fits."""
        return [
            seat
            for direction in Direction
            for seat in seats_for(
                direction, self._parties(direction), [one.bus for one in self._of(direction)]
            )
        ]

    def _of(self, direction: Direction) -> list[Transfer]:
        days = {moment_of(one.group, direction).date() for one in self.arrivals(direction)}
        return [one for one in self.transfers if one.on in days]

    def _parties(self, direction: Direction) -> list[Party]:
        found: list[Party] = []
        for arrival in self.arrivals(direction):
            parties: dict[int, list[int]] = defaultdict(list)
            for who in arrival.waiting:
                parties[who.booking_id].append(who.id)
            at = moment_of(arrival.group, direction)
            found += [Party(tuple(people), at) for people in parties.values()]
        return found


def moment_of(group: FlightGroup, direction: Direction) -> datetime:
    """When a flight lands there, or leaves for home."""
    row = group.flight
    if direction is Direction.OUT:
        return datetime.combine(row.arrives_on, row.arrives_at)
    return datetime.combine(row.departs_on, row.departs_at)


def transfers_on(variant_id: int, starts_on: date) -> Transfers:
    """Who rides what on a departure."""
    tickets = tickets_on(variant_id)
    known = {who.id: who for who in tickets.people}
    riders: dict[int, list[OnTrip]] = defaultdict(list)
    for row in session().execute(
        sa.select(TransferSeat.item_id, TransferSeat.traveler_id)
        .join(Traveler, Traveler.id == TransferSeat.traveler_id)
        .join(Booking, Booking.id == Traveler.booking_id)
        .where(Booking.variant_id == variant_id, Booking.state.in_(GO))
    ):
        riders[row.item_id].append(known[row.traveler_id])
    items = session().execute(
        sa.select(ItineraryItem)
        .where(ItineraryItem.variant_id == variant_id, ItineraryItem.kind == ItemKind.TRANSFER)
        .order_by(ItineraryItem.day, ItineraryItem.starts_at, ItineraryItem.id)
    )
    return Transfers(
        tickets, [_transfer(item, starts_on, riders[item.id]) for item in items.scalars()]
    )


def _transfer(item: ItineraryItem, starts_on: date, people: Sequence[OnTrip]) -> Transfer:
    by_host = sorted(people, key=lambda who: (who.host, who.booking_id, who.position))
    on = starts_on + timedelta(days=item.day - 1)
    return Transfer(item.id, item.name, on, item.starts_at, item.place, item.seats, tuple(by_host))
