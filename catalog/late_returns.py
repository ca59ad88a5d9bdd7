"""What comes back of a trip that is given back after the last day to ask for it.

A reward may say steps, `60:50, 30:25`: whoever gives a booked place back 60 days or more before the
departure gets 50% of its points, 30 days or more 25%, and after that none.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from marketplace.kernel.parsing import CannotRead
from marketplace.web.filters import day, points_word

MOST_STEPS = 6
MOST_DAYS_BEFORE = 730
LONGEST = 60
_STEP = re.compile(r"([0-9]{1,3}):([0-9]{1,3})").fullmatch
_ENTER = "Enter days before the departure and percent, the earliest first: 60:50, 30:25."


@dataclass(frozen=True, slots=True)
class LateStep:
    """So many days or more before the departure, so many percent come back."""

    days: int
    percent: int


def late_steps(text: str) -> tuple[LateStep, ...]:
    """The steps that a text says; none when it is empty. Raises CannotRead with what to enter."""
    if not text.strip():
        return ()
    found = [_STEP("".join(part.split())) for part in text.split(",")]
    if not all(found) or len(found) > MOST_STEPS:
        raise CannotRead(_ENTER, f"These are not 1 to {MOST_STEPS} such steps.")
    steps = tuple(LateStep(int(one[1]), int(one[2])) for one in found if one)
    if any(not 1 <= one.days <= MOST_DAYS_BEFORE or one.percent > 100 for one in steps):
        most = f"Days go from 1 to {MOST_DAYS_BEFORE}, percent from 0 to 100."
        raise CannotRead(_ENTER, most)
    if any(b.days >= a.days or b.percent >= a.percent for a, b in pairwise(steps)):
        raise CannotRead(_ENTER, "Each step is nearer to the departure and brings less back.")
    return steps


def written_steps(text: str) -> str:
    """The same as it is kept: `60:50, 30:25`. Raises CannotRead."""
    return ", ".join(f"{one.days}:{one.percent}" for one in late_steps(text))


def late_percent(text: str, starts_on: date, *, on: date) -> int:
    """The percent that come back when a place is given back on a day after the last day to ask."""
    left = (starts_on - on).days
    return next((one.percent for one in late_steps(text) if left >= one.days), 0)


def late_words(text: str, starts_on: date, cutoff_on: date, spent: int | None = None) -> str:
    """What comes back after the last day to ask, in a sentence; of `spent` points in points too."""
    last_days = [(starts_on - timedelta(days=one.days), one.percent) for one in late_steps(text)]
    shares = [f"until {day(on)} {_share(pct, spent)}" for on, pct in last_days if on > cutoff_on]
    gone = f"{'and after that ' if shares else ''}none until it leaves on {day(starts_on)}"
    return (
        "Given back later, once it is booked, a part of its points comes back, rounded down: "
        f"{', '.join([*shares, gone])}."
    )


def _share(percent: int, spent: int | None) -> str:
    return f"{percent}%" if spent is None else f"{points_word(spent * percent // 100)} ({percent}%)"
