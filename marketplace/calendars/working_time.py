"""Working time, pure: what so many working hours or days after a moment are.

A calendar's days begin and end in the time zone of its site; what is answered is UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When people of a site work: weekdays as `date.weekday()` counts, minutes after midnight.

    Raises ValueError without a working day, or where it closes before it opens.
    """

    time_zone: str = "UTC"
    days: frozenset[int] = frozenset(range(5))
    opens_minute: int = 9 * 60
    closes_minute: int = 17 * 60
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.days & set(range(7)):
            raise ValueError("A calendar has one working day at least.")
        if not 0 <= self.opens_minute < self.closes_minute <= 24 * 60:
            raise ValueError("A calendar opens before it closes, within one day.")

    def hours_of(self, day: date) -> tuple[datetime, datetime] | None:
        """From when to when people work on a day; None where they do not."""
        if day.weekday() not in self.days or day in self.holidays:
            return None
        opens, closes = self._at(day, self.opens_minute), self._at(day, self.closes_minute)
        return (opens, closes) if opens < closes else None  # a change of clocks may take them all

    def _at(self, day: date, minute: int) -> datetime:
        days, rest = divmod(minute, 24 * 60)
        local = datetime.combine(day + days * _DAY, time(rest // 60, rest % 60))
        return local.replace(tzinfo=ZoneInfo(self.time_zone)).astimezone(UTC)

    def begins(self, day: date) -> datetime:
        """The moment a day begins at the site."""
        return self._at(day, 0)

    def day_of(self, at: datetime) -> date:
        """The day it is at the site."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()


def _spans(calendar: WorkCalendar, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The working hours from a moment on, day by day; the first may have begun before."""
    day = calendar.day_of(at)
    while True:
        if (hours := calendar.hours_of(day)) is not None and hours[1] > at:
            yield hours
        day += _DAY


def after_working_hours(calendar: WorkCalendar, at: datetime, hours: int) -> datetime:
    """When so many hours of work have passed since a moment."""
    left = timedelta(hours=hours)
    for opens, closes in _spans(calendar, at):
        begins = max(at, opens)
        if left <= closes - begins:
            return begins + left
        left -= closes - begins
    raise AssertionError("Days go on for ever.")


def after_working_days(calendar: WorkCalendar, at: datetime, days: int) -> datetime:
    """As far into the day `days` working days later; from outside hours, since they begin."""
    spans = _spans(calendar, at)
    opens, closes = next(spans)
    into = max(at, opens) - opens
    for _day in range(days):
        opens, closes = next(spans)
    return min(opens + into, closes)
