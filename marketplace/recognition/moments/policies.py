"""What a moment is made of, and when it is open. Pure: days and times in, answers out.

A moment knows its day and not its place, so the day counts wherever the meeting is: from its first
hour in the easternmost place to its last in the westernmost.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marketplace.kernel.clock import midnight

EASTERNMOST, WESTERNMOST = timedelta(hours=14), timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class MomentFacts:
    """What somebody decides about a moment."""

    title: str
    on_day: date
    department_id: int
    guests: tuple[int, ...] = ()
    program_id: int | None = None


def opens_at(on_day: date) -> datetime:
    """When the day begins somewhere."""
    return midnight(on_day) - EASTERNMOST


def closes_at(on_day: date) -> datetime:
    """When the day is over everywhere."""
    return midnight(on_day + timedelta(days=1)) + WESTERNMOST


def is_open(on_day: date, at: datetime) -> bool:
    """Whether people can check in and capture now."""
    return opens_at(on_day) <= at < closes_at(on_day)


def closed_because(title: str, on_day: date, at: datetime) -> str | None:
    """Why nobody can check in or capture now, in words; None while it is open."""
    if is_open(on_day, at):
        return None
    day = f"{on_day.day} {on_day:%B %Y}"
    if at < opens_at(on_day):
        return f"“{title}” is on {day}. Its codes work on that day. Nothing was changed."
    return f"“{title}” was on {day}, and its codes ended with the day. Nothing was changed."
