"""Reading what people enter about a calendar: times of a day, holidays as pasted lines."""

import re
from dataclasses import dataclass
from datetime import date

from marketplace.calendars.states import Weekday
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import CannotRead, hidden_sign, parse_date

_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
MOST_HOLIDAYS = 400
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Hours:
    """Working days and hours in a time zone; minutes after midnight."""

    time_zone: str
    days: tuple[Weekday, ...]
    opens_minute: int
    closes_minute: int


def minute_of(text: str) -> int:
    """A time of day as minutes after midnight: 09:00 is 540, 24:00 the end. Raises BadInput."""
    found = _TIME.fullmatch(text.strip())
    minute = int(found[1]) * 60 + int(found[2]) if found else 24 * 60 + 1
    if minute > 24 * 60:
        raise BadInput("Enter a time of day, for example 09:00 or 17:30.")
    return minute


def time_said(minute: int) -> str:
    """Minutes after midnight as people read them: `09:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def holidays_in(text: str) -> dict[date, str]:
    """Holidays, a line each: `2026-12-25 Christmas Day`. Raises BadInput that names the line."""
    found: dict[date, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            day, name = _holiday(number, line)
            found[day] = name
    if not found:
        raise BadInput("Enter a day and its name, for example 2026-12-25 Christmas Day.")
    if len(found) > MOST_HOLIDAYS:
        raise BadInput(f"Enter at most {MOST_HOLIDAYS} holidays at once.")
    return found


def _holiday(number: int, line: str) -> tuple[date, str]:
    first, _, rest = line.strip().partition(" ")
    name = " ".join(rest.split())
    try:
        day = parse_date(first)
    except CannotRead as unreadable:
        raise BadInput(f"Line {number}: {unreadable.enter}") from unreadable
    if not name or len(name) > LONGEST_NAME or hidden_sign(name):
        raise BadInput(
            f"Line {number}: write the name of the holiday behind {day}, in at most "
            f"{LONGEST_NAME} characters."
        )
    return day, name
