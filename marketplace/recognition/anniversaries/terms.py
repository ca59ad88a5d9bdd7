"""The terms of an anniversary program: which years bring what, and the words."""

import re
from dataclasses import dataclass
from datetime import date

from marketplace.web.filters import points_word

NAME, YEARS = "{name}", "{years}"
LONGEST_NAME = 60
_PLACE = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class YearPoints:
    """So many points for so many full years of service."""

    years: int
    points: int


@dataclass(frozen=True, slots=True)
class AnniversaryTerms:
    """Points for years of service, those of `table`; other years bring none.

    `every_year`: the other years are celebrated without points. `birthday_points`: 0 celebrates
    birthdays without points, None not at all. `asks_first`: everyone sees it only once the person
    says so; otherwise at once, unless they chose something else for recognition they get.
    """

    table: tuple[YearPoints, ...]
    service_message: str
    every_year: bool = False
    birthday_points: int | None = None
    birthday_message: str = ""
    asks_first: bool = False

    def points_for(self, years: int) -> int | None:
        """Points for full years of service; None when they are not celebrated."""
        found = {one.years: one.points for one in self.table}.get(years)
        return 0 if found is None and self.every_year and years >= 1 else found

    def service_words(self, name: str, years: int) -> str:
        """The message for years of service."""
        return filled(self.service_message, name, years)

    def birthday_words(self, name: str) -> str:
        """The message for a birthday."""
        return filled(self.birthday_message, name, 0)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The rule as everyone reads it."""
        steps = [f"{one.points:,} for {years_word(one.years)}" for one in self.table]
        said = f"Points for years of service: {', '.join(steps)}."
        if self.every_year:
            said += " Every other year is celebrated without points."
        return (said, *self._birthdays, self._who_sees)

    @property
    def _birthdays(self) -> tuple[str, ...]:
        if self.birthday_points is None:
            return ()
        if not self.birthday_points:
            return ("Birthdays are celebrated without points.",)
        return (f"A birthday brings {points_word(self.birthday_points)}.",)

    @property
    def _who_sees(self) -> str:
        own = "You can switch either off in your settings"
        if self.asks_first:
            return f"{own}, and nobody else sees it before you say so."
        return f"{own}; who sees it follows your choice for recognition."


def years_word(years: int) -> str:
    """1 year, 5 years."""
    return f"{years:,} year{'' if years == 1 else 's'}"


def filled(message: str, name: str, years: int) -> str:
    """A message with its places filled; a very long name is cut so that it fits."""
    shown = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    kept = {NAME: shown, YEARS: years_word(years)}
    return _PLACE.sub(lambda place: kept.get(place[0], place[0]), message)


def unknown_places(message: str, known: tuple[str, ...]) -> list[str]:
    """The places of a message that nothing fills."""
    return [place for place in _PLACE.findall(message) if place not in known]


def day_in(year: int, month: int, day: int) -> date:
    """The day of a year that is celebrated; 29 February is 28 February where there is none."""
    if (month, day) == (2, 29) and not _is_leap(year):
        return date(year, 2, 28)
    return date(year, month, day)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
