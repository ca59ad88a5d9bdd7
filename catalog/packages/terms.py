"""The terms of a package as values, and in the words that people read before they ask."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from marketplace.web.filters import day

MOST_BLACKOUTS = 60


@dataclass(frozen=True, slots=True)
class Blackout:
    """Nights on which nobody goes, from the first to the last, and why."""

    first: date
    last: date
    why: str = ""

    @property
    def words(self) -> str:
        """`20 Dec 2026 to 6 Jan 2027 (the hotel is closed)`."""
        span = day(self.first)
        span += f" to {day(self.last)}" if self.last > self.first else ""
        return span + (f" ({self.why})" if self.why else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageTerms:
    """What somebody may ask for; see `models.TravelPackage`."""

    place: str
    country: str | None = None
    nights_from: int = 2
    nights_to: int = 7
    travelers_most: int = 2
    notice_days: int = 30
    ahead_days: int = 365
    guarantee_days: int = 30
    blackouts: tuple[Blackout, ...] = ()

    def first_start(self, today: date) -> date:
        """The first day on which it can begin."""
        return today + timedelta(days=self.notice_days)

    def last_start(self, today: date) -> date:
        """The last day on which it can begin."""
        return today + timedelta(days=self.ahead_days)

    def guaranteed_until(self, today: date) -> date:
        """The last day on which the price of today holds."""
        return today + timedelta(days=self.guarantee_days)

    def closed_on(self, first: date, nights: int) -> Blackout | None:
        """What stands in the way of these nights, if anything does."""
        last = first + timedelta(days=nights - 1)
        return next(
            (one for one in self.blackouts if one.first <= last and first <= one.last), None
        )

    @property
    def nights_words(self) -> str:
        """`3 nights`, `3 to 7 nights`."""
        if self.nights_from == self.nights_to:
            return f"{self.nights_from} night{'' if self.nights_from == 1 else 's'}"
        return f"{self.nights_from} to {self.nights_to} nights"

    @property
    def travelers_words(self) -> str:
        """Who may come along for the price."""
        if self.travelers_most == 1:
            return "For you alone"
        rest = self.travelers_most - 1
        return f"For you and {'a guest' if rest == 1 else f'up to {rest} guests'}"

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What stands on the page of the reward."""
        closed = "; ".join(one.words for one in self.blackouts)
        told = [
            ("Place", self.place),
            ("Dates", f"Your choice: {self.nights_words}, asked for {self._notice}"),
            ("Not on", closed),
            ("Travelers", self.travelers_words),
            ("Price", f"Holds for {_days(self.guarantee_days)} after you asked"),
        ]
        return [(label, text) for label, text in told if text]

    @property
    def _notice(self) -> str:
        latest = f"at most {_days(self.ahead_days)} ahead"
        return f"{_days(self.notice_days)} ahead or more, {latest}" if self.notice_days else latest


def _days(number: int) -> str:
    return f"{number:,} day{'' if number == 1 else 's'}"


def blackouts_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Blackout, ...]:
    """The blackouts kept in a row."""
    days = date.fromisoformat
    return tuple(Blackout(days(row["first"]), days(row["last"]), row["why"]) for row in rows)


def kept(terms: PackageTerms) -> dict[str, Any]:
    """The columns of the terms."""
    rows = [
        {"first": one.first.isoformat(), "last": one.last.isoformat(), "why": one.why}
        for one in terms.blackouts
    ]
    return asdict(terms) | {"blackouts": rows}
