"""What was booked for a traveler, beside what they wished for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from redemption.travel.desk.tickets.queries import TicketRow
from redemption.travel.desk.tickets.states import Direction
from redemption.travel.registration.policies import Flown, Wish, drift


@dataclass(frozen=True, slots=True)
class Journey:
    """The flights of one traveler, and in what they differ from the wish."""

    tickets: Sequence[TicketRow]
    differs: Sequence[str]


def beside(tickets: Sequence[TicketRow], wish: Wish | None) -> Journey | None:
    """What was booked beside what was wished; None before anything was booked."""
    if not tickets:
        return None
    out, home = (
        _flown([one for one in tickets if one.direction is way])
        for way in (Direction.OUT, Direction.HOME)
    )
    return Journey(tickets, drift(wish, out, home) if wish else [])


def _flown(legs: Sequence[TicketRow]) -> Flown | None:
    """From where the first leg leaves to where the last one arrives."""
    if not legs:
        return None
    first, last = legs[0], legs[-1]
    # the hour at the airport, which has no zone of its own here
    leaves = datetime.combine(first.departs_on, first.departs_at)
    return Flown(first.from_airport, last.to_airport, leaves)
