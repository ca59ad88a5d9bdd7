"""Two dates in few words."""

from datetime import date

from marketplace.web.filters import day


def span_of_days(first: date, last: date) -> str:
    """`21 to 24 Jan 2027`, `30 Jan to 2 Feb 2027`: two dates without saying anything twice."""
    if first == last:
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day(last)}"
    if first.year == last.year:
        return f"{day(first).removesuffix(f' {first.year}')} to {day(last)}"
    return f"{day(first)} to {day(last)}"
