"""Rules about sending something back that need no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from catalog.return_terms import ReturnTerms
from marketplace.web.filters import day
from redemption.policies import add_working_days
from redemption.states import AFTER_SPENDING, LineState

ANSWER_DAYS = 2  # working days that the desk has
ON_ITS_WAY_DAYS = 30  # so long a parcel may take to count as arrived on a person's own word
SENDING_DAYS = 14  # days until it has to arrive once the desk agreed


@dataclass(frozen=True, slots=True)
class Arrived:
    """So many units that arrived on a day."""

    on: date
    units: int


@dataclass(frozen=True, slots=True)
class ReturnFacts:
    """What the rules look at: the terms, what arrived when, and what went back or is about to."""

    state: LineState
    terms: ReturnTerms
    arrived: Sequence[Arrived] = ()
    gone: int = 0


@dataclass(frozen=True, slots=True)
class ReturnObstacle:
    """Why nothing can be sent back, said to the person."""

    code: str
    text: str


def arrived_on(said: date, sent_on: date, *, is_own_word: bool) -> date:
    """The day a parcel counts as arrived; on a person's own word not long after it was sent."""
    return min(said, sent_on + timedelta(days=ON_ITS_WAY_DAYS)) if is_own_word else said


def last_day(facts: ReturnFacts) -> date | None:
    """Until when what arrived last can be returned."""
    latest = max((one.on for one in facts.arrived), default=None)
    return latest + timedelta(days=facts.terms.return_days) if latest else None


def returnable_units(facts: ReturnFacts, *, at: datetime) -> int:
    """How many units can be returned now: those that arrived in time and are not gone yet."""
    if facts.state is not LineState.FULFILLED:
        return 0
    since = at.date() - timedelta(days=facts.terms.return_days)
    in_time = sum(one.units for one in facts.arrived if one.on >= since)
    return max(min(in_time, sum(one.units for one in facts.arrived) - facts.gone), 0)


def return_obstacle(
    facts: ReturnFacts, *, at: datetime, units: int | None = None
) -> ReturnObstacle | None:
    """Why so many units, or any, can't be sent back now."""
    if not facts.terms.return_days:
        return ReturnObstacle("final", "This can't be sent back.")
    if facts.state not in AFTER_SPENDING or not facts.arrived:
        return ReturnObstacle("not_arrived", "It can be sent back once it has arrived.")
    left, until = returnable_units(facts, at=at), last_day(facts)
    if not left and until is not None and until < at.date():
        return ReturnObstacle("too_late", f"It could be sent back until {day(until)}.")
    if not left:
        return ReturnObstacle("all_gone", "All of it is on its way back or was taken back.")
    if units is not None and not 1 <= units <= left:
        return ReturnObstacle("too_many", f"Enter {up_to(left)}: so many can be sent back.")
    return None


def up_to(most: int) -> str:
    """`1 to 3`, `1`."""
    return f"1 to {most:,}" if most > 1 else "1"


def answer_by(at: datetime) -> date:
    """By when the desk answers."""
    return add_working_days(at, ANSWER_DAYS).date()


def arrive_by(at: datetime) -> date:
    """By when what the desk agreed to take back has to arrive."""
    return at.date() + timedelta(days=SENDING_DAYS)
