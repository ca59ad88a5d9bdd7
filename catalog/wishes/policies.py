"""What is said to whom and when about wishes: decided from values alone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from catalog.wishes.models import Wish
from catalog.wishes.states import NoteKind

NEAR, REACHED = 80, 100
FEWEST_COLLEAGUES = 5
STEPS = (100, 50, 25, 10, FEWEST_COLLEAGUES)
FIRST_HOUR, LAST_HOUR = 7, 19  # UTC


@dataclass(frozen=True, slots=True)
class Now:
    """How things stand with a wish: its price, whether there is one to have, what one can spend."""

    points: int
    has_unit: bool
    available: int


def percent_of(available: int, points: int) -> int:
    """How far towards a price, 0 to 100; 100 only when it is really reached."""
    return min(100, 100 * max(available, 0) // points) if points > 0 else 100


def level_of(available: int, points: int) -> int:
    """The highest of the levels one is told of: 0, 80 or 100."""
    percent = percent_of(available, points)
    return REACHED if percent >= REACHED else NEAR if percent >= NEAR else 0


def what_changed(wish: Wish, now: Now, *, today: date) -> tuple[dict[str, Any], list[NoteKind]]:
    """The columns of a wish that are no longer true, and what there is to tell.

    A level is told when it is first reached, and anew only after a higher price took it away:
    spending the points and earning them again is no news. A drop is told when the price is below
    the one that was seen last and below the one it was saved at. A return is told once a day.
    """
    changes: dict[str, Any] = {}
    notes: list[NoteKind] = []
    if now.points != wish.seen_points:
        changes["seen_points"] = now.points
        if now.points < min(wish.seen_points, wish.saved_points):
            notes.append(NoteKind.CHEAPER)
    if now.has_unit == wish.is_sold_out:
        changes["is_sold_out"] = not now.has_unit
        if now.has_unit and wish.told_back_on != today:
            changes["told_back_on"] = today
            notes.append(NoteKind.BACK)
    if wish.is_goal:
        level = level_of(now.available, now.points)
        if level > wish.goal_level:
            notes.append(NoteKind.REACHED if level == REACHED else NoteKind.NEAR)
        if level > wish.goal_level or (level < wish.goal_level and now.points > wish.seen_points):
            changes["goal_level"] = level
    return changes, notes


def may_write_at(at: datetime) -> bool:
    """Whether it is day where most people are: no note wakes anybody up."""
    return FIRST_HOUR <= at.hour < LAST_HOUR


def rounded_down(people: int) -> int:
    """The step that `people` reach; 0 below five, of whom nothing is said."""
    return next((step for step in STEPS if people >= step), 0)


def window_of(today: date) -> tuple[date, date]:
    """From which day until before which choices are counted: 52 weeks up to the last Monday.

    It moves once a week, and numbers are only told as steps, so that nobody can subtract
    yesterday's count from today's.
    """
    until = today - timedelta(days=today.weekday())
    return until - timedelta(weeks=52), until
