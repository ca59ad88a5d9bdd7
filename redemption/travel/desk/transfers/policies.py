"""Which bus waits for which flight: decided from values alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from redemption.travel.desk.tickets.states import Direction

AFTER_LANDING = timedelta(minutes=30)
BEFORE_TAKE_OFF = timedelta(minutes=120)
WINDOW = timedelta(hours=4)
"""Nobody waits longer for a bus, or longer than that at the airport."""


@dataclass(frozen=True, slots=True)
class Bus:
    """A transfer of the plan: `at` none where it has no hour, `left` none where all have room."""

    id: int
    at: datetime
    left: int | None
    is_timed: bool = True


@dataclass(frozen=True, slots=True)
class Party:
    """People of one booking on one flight, who get on together; `at` it lands or takes off."""

    people: tuple[int, ...]
    at: datetime


def seats_for(
    direction: Direction, parties: Sequence[Party], buses: Sequence[Bus]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """For each party the bus that fits best and has room for all of it; others are left out.

    There: the first that leaves half an hour after landing. Home: the last that leaves two hours
    before the flight. A bus without an hour fits every flight of its day.
    """
    left = {bus.id: bus.left for bus in buses}
    for party in sorted(parties, key=lambda one: (one.at, one.people)):
        for bus in sorted(buses, key=lambda one: _wait(direction, party, one)):
            room = left[bus.id]
            if not fits(direction, party.at, bus) or (
                room is not None and room < len(party.people)
            ):
                continue
            left[bus.id] = None if room is None else room - len(party.people)
            yield bus.id, party.people
            break


def best_for(direction: Direction, flight_at: datetime, buses: Sequence[Bus]) -> int | None:
    """The bus that fits a flight with the shortest wait; none where none does."""
    fitting = [bus for bus in buses if fits(direction, flight_at, bus)]
    alone = Party((), flight_at)
    return min(fitting, key=lambda bus: _wait(direction, alone, bus)).id if fitting else None


def fits(direction: Direction, flight_at: datetime, bus: Bus) -> bool:
    """Whether a bus is for a flight."""
    if not bus.is_timed:
        return bus.at.date() == flight_at.date()
    if direction is Direction.OUT:
        return timedelta(0) <= bus.at - flight_at - AFTER_LANDING <= WINDOW
    return timedelta(0) <= flight_at - BEFORE_TAKE_OFF - bus.at <= WINDOW


def _wait(direction: Direction, party: Party, bus: Bus) -> tuple[bool, timedelta, int]:
    """Buses with an hour first, the shortest wait first."""
    wait = bus.at - party.at if direction is Direction.OUT else party.at - bus.at
    return (not bus.is_timed, wait, bus.id)
