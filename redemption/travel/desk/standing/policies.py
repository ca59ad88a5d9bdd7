"""What speaks against somebody's standing, decided from values alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from redemption.travel.invitations.policies import Standing, standing_obstacle

REMIND_BEFORE = 7
"""So many days before they leave planners hear once more of what they have not decided."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing against somebody's standing; `mark` names it without the figures in it."""

    mark: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of somebody who goes.

    `has_right`: what they won still holds, or they did not win it. `taken_back` points of the
    program they won it in were, since; they owe `owed` points.
    """

    is_active: bool
    left_on: date | None
    has_right: bool
    taken_back: int
    owed: int


def doubts_about(who: Known, *, ends_on: date) -> Iterator[Doubt]:
    """Everything against their standing for a trip that ends on a day, the gravest first."""
    last = who.left_on.isoformat() if who.left_on else ""
    if why := standing_obstacle(Standing(who.is_active, who.left_on), ends_on=ends_on):
        yield Doubt(f"leaves:{last}", why)
    elif who.left_on is not None:
        yield Doubt(f"notice:{last}", f"leaves on {who.left_on:%-d %B %Y}, after the trip")
    if not who.has_right:
        yield Doubt("right", "the right they won does not hold any more")
    if who.taken_back:
        points = "1 point" if who.taken_back == 1 else f"{who.taken_back:,} points"
        yield Doubt("taken_back", f"{points} of what they won it with were taken back")
    if who.owed:
        points = "1 point" if who.owed == 1 else f"{who.owed:,} points"
        yield Doubt("owes", f"owes {points} that were taken back")


def marks_of(doubts: tuple[Doubt, ...]) -> str:
    """What a decision remembers of what was known."""
    return " ".join(doubt.mark for doubt in doubts)


def is_news(doubts: tuple[Doubt, ...], seen: str) -> bool:
    """Whether something is known that was not at the last decision."""
    known = set(seen.split())
    return any(doubt.mark not in known for doubt in doubts)


def looked_at_from(starts_on: date, days: int) -> date:
    """The first day on which everyone's standing is looked at anew."""
    return starts_on - timedelta(days=days)


def is_looked_at(starts_on: date, days: int, *, on: date) -> bool:
    """Whether it is that day or later, and they have not left."""
    return looked_at_from(starts_on, days) <= on < starts_on
