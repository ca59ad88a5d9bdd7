"""Months, quarters, and the milestones a goal has when nobody wrote them down."""

from calendar import monthrange
from datetime import date, timedelta

from babel.dates import format_date

from marketplace.programs.goals.states import Rhythm
from marketplace.web.filters import LOCALE


def month_ends(first: date, last: date, months: int) -> list[date]:
    """The last days of every `months`th month between two days, counted from the first."""
    found, year, month = [], first.year, first.month + months - 1
    while True:
        at = date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
        end = at.replace(day=monthrange(at.year, at.month)[1])
        if end > last:
            return found
        found.append(end)
        month += months


def default_milestones(first: date, last: date, rhythm: Rhythm) -> list[tuple[date, int]]:
    """Dates before the last day, and what share of the target is to be reached by each, in percent.

    Every whole period brings the same share; where the days are no whole periods, every day does.
    """
    if not rhythm.months:
        return []
    ends = month_ends(first, last, rhythm.months)
    if are_whole_months(first, last, rhythm.months):
        shares = [(end, number * 100 // len(ends)) for number, end in enumerate(ends, start=1)]
    else:
        days = (last - first).days + 1
        shares = [(end, ((end - first).days + 1) * 100 // days) for end in ends]
    return [(end, share) for end, share in shares if end < last and 0 < share < 100]


def are_whole_months(first: date, last: date, months: int) -> bool:
    """Whether two days begin and end such periods of whole months."""
    return first.day == 1 and last in month_ends(first, last, months)


def periods(first: date, last: date, months: int) -> list[tuple[date, date]]:
    """The periods of whole months between two days: the first and last day of each."""
    ends = month_ends(first, last, months)
    starts = [first, *(end + timedelta(days=1) for end in ends)]
    return list(zip(starts, ends, strict=False))


def day_in_words(day: date) -> str:
    """31 Oct."""
    return format_date(day, "d MMM", locale=LOCALE)


def month_in_words(day: date) -> str:
    """Oct 2026."""
    return format_date(day, "MMM y", locale=LOCALE)


def period_in_words(first: date, last: date) -> str:
    """Oct 2026, or Oct to Dec 2026."""
    if (first.year, first.month) == (last.year, last.month):
        return month_in_words(first)
    start = format_date(first, "MMM" if first.year == last.year else "MMM y", locale=LOCALE)
    return f"{start} to {month_in_words(last)}"
