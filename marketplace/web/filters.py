"""How numbers, money and moments are written on pages and in letters."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, get_currency_precision

from marketplace.kernel import clock

LOCALE = "en_US"


def points(amount: int) -> str:
    """`5,000`, for a number of points."""
    return f"{amount:,}"


def so_many(number: int, one: str) -> str:
    """`1 day`, `90 days`: a number of what is called `one` where there is one of it."""
    return f"{number:,} {one}{'' if abs(number) == 1 else 's'}"


def points_word(amount: int) -> str:
    """`1 point`, `5,000 points`."""
    return so_many(amount, "point")


def points_are(amount: int) -> str:
    """`1 point is`, `5,000 points are`."""
    return f"{points_word(amount)} {'is' if abs(amount) == 1 else 'are'}"


@lru_cache(maxsize=4_096)
def money(minor: int, currency: str, *, exact: bool = False) -> str:
    """Minor units as money: 124000, EUR → €1,240; cents only where there are any, or if exact."""
    digits = get_currency_precision(currency)
    whole, rest = divmod(abs(minor), 10**digits)
    shows_cents = rest != 0 or exact
    pattern = None if shows_cents else "¤#,##0"
    amount = (whole * 10**digits + rest) / 10**digits
    return format_currency(
        -amount if minor < 0 else amount,
        currency,
        pattern,
        locale=LOCALE,
        currency_digits=shows_cents,
    )


def day(value: date | datetime) -> str:
    """`15 Jan 2027`: a date in words that no country misreads."""
    return format_date(value, "d MMM y", locale=LOCALE)


def moment(value: datetime) -> str:
    """`15 Jan 2027, 10:42 UTC`."""
    return format_datetime(value, "d MMM y, HH:mm 'UTC'", locale=LOCALE)


def weekday(value: date | datetime) -> str:
    """`Friday, 15 Jan 2027`: a day that people plan by."""
    return format_date(value, "EEEE, d MMM y", locale=LOCALE)


def ago(value: datetime) -> str:
    """How long ago, roughly: `2 hours ago`, `just now`."""
    passed = clock.now() - value
    for size, word in (
        (timedelta(days=1), "day"),
        (timedelta(hours=1), "hour"),
        (timedelta(minutes=1), "minute"),
    ):
        if passed >= size:
            return f"{so_many(passed // size, word)} ago"
    return "just now"


FILTERS = {
    "so_many": so_many,
    "points": points,
    "points_word": points_word,
    "points_are": points_are,
    "money": money,
    "day": day,
    "moment": moment,
    "ago": ago,
    "weekday": weekday,
}
