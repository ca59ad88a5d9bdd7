"""Rows of a file of tickets: read strictly, and matched with who is on the trip."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from marketplace.kernel.parsing import CannotRead
from redemption.travel.desk.queries import OnTrip
from redemption.travel.desk.tickets.models import MOST_LEGS
from redemption.travel.desk.tickets.states import Direction

_AIRPORT = re.compile(r"[A-Z]{3}").fullmatch
_FLIGHT = re.compile(r"([A-Z0-9]{2}|[A-Z]{3})[0-9]{1,4}[A-Z]?").fullmatch
MOST_DAYS_AWAY = 90
_WAYS = {
    "out": Direction.OUT,
    "outbound": Direction.OUT,
    "there": Direction.OUT,
    "home": Direction.HOME,
    "return": Direction.HOME,
    "inbound": Direction.HOME,
    "back": Direction.HOME,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """One flight of a ticket as a file tells it; see `models.Ticket`."""

    direction: Direction
    leg: int
    carrier: str
    flight: str
    from_airport: str
    to_airport: str
    departs_on: date
    departs_at: time
    arrives_on: date
    arrives_at: time
    locator: str
    ticket_name: str
    number: str


def journey_of(flight: Flight) -> tuple[str, str, date]:
    """By what people and calendars know a flight: its hours may change, and it is the same."""
    return flight.flight, flight.from_airport, flight.departs_on


def read_direction(text: str) -> Direction:
    """There or home. Raises CannotRead."""
    found = _WAYS.get(text.strip().casefold())
    if found is None:
        raise CannotRead("Write out or home.", "This is no way to fly.")
    return found


def read_leg(text: str) -> int:
    """Which flight of the way it is; empty is the first. Raises CannotRead."""
    stripped = text.strip() or "1"
    if not re.fullmatch("[1-9]", stripped) or int(stripped) > MOST_LEGS:
        raise CannotRead(f"A number from 1 to {MOST_LEGS}.", "This is no number of a flight.")
    return int(stripped)


def read_airport(text: str, *, but: str = "") -> str:
    """Three letters, and another airport than `but`. Raises CannotRead."""
    code = text.strip().upper()
    if not _AIRPORT(code):
        raise CannotRead("An airport by its three letters, for example FRA.", "This is no airport.")
    if code == but:
        raise CannotRead("Another airport.", "It lands where it leaves from.")
    return code


def read_flight(text: str) -> str:
    """LH1170, from `LH 1170`. Raises CannotRead."""
    flight = re.sub(r"[\s-]", "", text).upper()
    if not _FLIGHT(flight):
        raise CannotRead("A flight such as LH1170.", "This is no flight number.")
    return flight


def flight_day(departs_on: date, starts_on: date) -> date:
    """The day a flight leaves, near the first day of the trip. Raises CannotRead."""
    if abs((departs_on - starts_on).days) > MOST_DAYS_AWAY:
        raise CannotRead(
            f"A day within {MOST_DAYS_AWAY} days of {starts_on}, the first of the trip.",
            "This is far from the trip.",
        )
    return departs_on


def arrival_day(departs_on: date, arrives_on: date | None) -> date:
    """The day of arrival, by itself that of departure. Raises CannotRead where it can't be.

    Across the date line a flight arrives the day before.
    """
    day = arrives_on or departs_on
    if not -1 <= (day - departs_on).days <= 2:
        raise CannotRead(
            "A day from the one before departure to two days after.", "No flight takes so long."
        )
    return day


class Matcher:
    """Finds whom a row is about: by number, `B-7KQ2MX/2`, or by a name that only one has."""

    def __init__(self, people: Sequence[OnTrip]) -> None:
        self._by_number = {who.number: who for who in people}
        self._by_name: dict[str, list[OnTrip]] = defaultdict(list)
        for who in people:
            self._by_name[_plain(who.called)].append(who)

    def find(self, number: str, name: str) -> OnTrip:
        """Who it is. Raises CannotRead saying why nobody is."""
        if number:
            cleaned = re.sub(r"\s", "", number).upper()
            found = self._by_number.get(cleaned) or self._by_number.get(f"{cleaned}/1")
            if found is None:
                raise CannotRead("A number of the desk, as B-7KQ2MX/2.", "Nobody has this number.")
            return found
        named = self._by_name[_plain(name)] if name else []
        if not named:
            raise CannotRead("Their number at the desk.", "Nobody on this trip is called so.")
        if len(named) > 1:
            raise CannotRead("Their number at the desk.", "Several on this trip are called so.")
        return named[0]


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
