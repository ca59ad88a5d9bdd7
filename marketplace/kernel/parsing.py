"""Strict readers for whatever people and files enter: numbers, money, dates.

Only ASCII digits count, nothing is guessed, and every refusal says what to enter instead.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

LONGEST_NUMBER = 64
JOINERS = "\u200c\u200d"
"""Show nothing and still belong: Persian and many other scripts are written with them."""

MOST_DIGITS = 20
LARGEST_MINOR = 10**15
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]?([0-5][0-9])(?::[0-5][0-9])?")
_SPACES = "[ \u00a0\u2007\u202f]*"
_MINUS = "[-\u2212]"


class CannotRead(ValueError):
    """A text that is not what it should be; the message says what to enter, `problem` the fact."""

    def __init__(self, enter: str, problem: str = "This can't be read.") -> None:
        super().__init__(enter)
        self.enter = enter
        self.problem = problem


def hidden_sign(text: str, *, lines: bool = False) -> str:
    """The first sign that shows nothing or turns the words around it, as `U+202E`; or nothing."""
    fine = f"{JOINERS}\r\n\t" if lines else JOINERS
    for sign in text:
        if not sign.isprintable() and sign not in fine and unicodedata.category(sign) != "Zs":
            return f"U+{ord(sign):04X}"
    return ""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How numbers are written in one file or field.

    `decimal` and `thousands` are the marks (`thousands` may be empty: none allowed), `signs` the
    currency signs that may stand before or after, `scale` what one written unit is worth (1000 for
    a table "in thousands").
    """

    decimal: str = "."
    thousands: str = ""
    signs: tuple[str, ...] = ()
    scale: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        if len(self.decimal) != 1 or len(self.thousands) > 1 or self.decimal == self.thousands:
            raise CannotRead(
                "Give one decimal mark and, if there is one, a different thousands mark."
            )
        if any(mark.isdigit() or mark in "+-()" for mark in self.decimal + self.thousands):
            raise CannotRead("A decimal or thousands mark can't be a digit, a sign or a bracket.")
        if not self.scale.is_finite() or self.scale <= 0:
            raise CannotRead("Give a scale above zero, for example 1000.")


PLAIN = NumberFormat()


def parse_whole_number(text: str, *, low: int, high: int) -> int:
    """A whole number from `low` to `high`; `1_000`, `１２` and `1.0` are refused."""
    stripped = text.strip()
    if not _WHOLE.fullmatch(stripped) or not low <= int(stripped) <= high:
        enter = f"Enter a whole number from {low:,} to {high:,}, digits only."
        raise CannotRead(enter, "This is not such a number.")
    return int(stripped)


def parse_decimal(text: str, form: NumberFormat = PLAIN) -> Decimal:
    """The exact amount a text stands for, times the scale: `$51,862.00 `, `($77.00)`, `12-`."""
    found = _number_pattern(form).fullmatch(text.strip()) if len(text) <= LONGEST_NUMBER else None
    if found is None or _signs_given(found) > 1:
        raise CannotRead(
            f"Enter a number such as {_number_example(form)}.", "This is not a number."
        )
    digits = found["digits"]
    if form.thousands:
        digits = digits.replace(form.thousands, "")
    if len(digits) > MOST_DIGITS:
        raise CannotRead(f"Enter at most {MOST_DIGITS} digits.", "This number is too long.")
    amount = Decimal(digits.replace(form.decimal, "."))
    if _signs_given(found) and found["lead"] != "+":
        amount = -amount
    return amount if form.scale == 1 else amount * form.scale


def parse_minor(text: str, form: NumberFormat, currency: str, *, rounding: bool = False) -> int:
    """Money in minor units (cents; whole yen): more decimals than the currency has are refused.

    With `rounding` they are rounded half up instead, away from zero.
    """
    return to_minor(parse_decimal(text, form), currency, rounding=rounding)


def to_minor(amount: Decimal, currency: str, *, rounding: bool = False) -> int:
    """An exact amount of `currency` in its minor units; see `parse_minor`."""
    places = currency_places(currency)
    minor = amount.scaleb(places)
    whole = minor.to_integral_value(rounding=ROUND_HALF_UP)
    if whole != minor and not rounding:
        enter = f"Enter at most {places} decimals: {currency} has no smaller unit."
        raise CannotRead(enter, "This amount has too many decimals.")
    if abs(whole) >= LARGEST_MINOR:
        raise CannotRead("Enter a smaller amount.", "This amount is too large.")
    return int(whole)


def in_units(minor: int, currency: str) -> Decimal:
    """Minor units as an exact amount with all of its places: 4100 EUR is 41.00, 41 JPY is 41."""
    return Decimal(minor).scaleb(-currency_places(currency))


def minor_text(minor: int, currency: str, *, short: bool = False) -> str:
    """Minor units as `parse_minor` reads them: 4100 EUR is 41.00, or 41 when `short`; 41 JPY is 41.

    `short` leaves the decimals out where all of them are 0.
    """
    unit = 10 ** currency_places(currency)
    if short and minor % unit == 0:
        return str(minor // unit)
    return f"{in_units(minor, currency):f}"


@lru_cache(maxsize=512)
def currency_places(currency: str) -> int:
    """How many decimals a currency has by ISO 4217; unknown codes are refused."""
    from babel.core import get_global
    from babel.numbers import get_currency_precision

    if currency not in get_global("all_currencies"):
        enter = "Enter a currency by its three letters, for example USD or EUR."
        raise CannotRead(enter, "This is not a currency.")
    return get_currency_precision(currency)


def read_clock(text: str) -> time:
    """A time of day in 24 hours: 8:05, 08:05 or 0805. Raises CannotRead."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise CannotRead("A time in 24 hours, for example 08:05.", "This is no time of day.")
    return time(int(found[1]), int(found[2]))


def parse_date(text: str, formats: Sequence[str] = ("YYYY-MM-DD",)) -> date:
    """The date a text stands for in the first of `formats` that fits it.

    A format is written with YYYY, MM or M, DD or D, MON (Jan) and hh, mm, ss, fff for a time of
    day, which is checked for its shape and dropped. Without a day it reads the first of a month.
    """
    stripped = text.strip()
    for form in formats:
        if (day := date_reader(form)(stripped)) is not None:
            return day
    raise cannot_read_date(formats)


def cannot_read_date(formats: Sequence[str]) -> CannotRead:
    """The refusal of a text that none of the formats fits."""
    enter = f"Enter a date as {' or '.join(formats)}, for example {_date_example(formats)}."
    return CannotRead(enter, "No date format fits this.")


@lru_cache(maxsize=256)
def date_reader(form: str) -> Callable[[str], date | None]:
    """A fast reader of one date format that answers nothing when a text does not fit it."""
    pattern = _date_pattern(form)

    def read(text: str) -> date | None:
        found = pattern.fullmatch(text) if len(text) <= LONGEST_NUMBER else None
        if found is None:
            return None
        named = found.groupdict()
        year, month, day = named["year"], named["month"], named.get("day", "1")
        try:
            return date(int(year), int(month) if month.isdigit() else _month_named(month), int(day))
        except ValueError:
            return None

    return read


_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DATE_WORDS = {
    "YYYY": "(?P<year>[0-9]{4})",
    "MON": "(?P<month>[A-Za-z]{3})",
    "MM": "(?P<month>[0-9]{2})",
    "DD": "(?P<day>[0-9]{2})",
    "M": "(?P<month>[0-9]{1,2})",
    "D": "(?P<day>[0-9]{1,2})",
    "hh": "(?:[01][0-9]|2[0-3])",
    "mm": "[0-5][0-9]",
    "ss": "[0-5][0-9]",
    "fff": "[0-9]{1,9}",
}
_DATE_EXAMPLE: dict[str, str] = {
    "YYYY": "2026",
    "MON": "Mar",
    "MM": "03",
    "DD": "31",
    "M": "3",
    "D": "31",
    "hh": "08",
    "mm": "30",
    "ss": "00",
    "fff": "000",
}
_DATE_WORD = re.compile("YYYY|MON|MM|DD|M|D|hh|mm|ss|fff|[A-Za-z]+|[^A-Za-z]")


def _date_pattern(form: str) -> re.Pattern[str]:
    words = _DATE_WORD.findall(form)
    parts = [_DATE_WORDS.get(word) or re.escape(word) for word in words]
    unknown = [word for word in words if word.isalpha() and word not in _DATE_WORDS and word != "T"]
    named = "".join(parts)
    counts = [named.count(f"<{part}>") for part in ("year", "month", "day")]
    if unknown or counts not in ([1, 1, 1], [1, 1, 0]):
        raise CannotRead(
            f"“{form}” is no date format. Write it with YYYY, MM and DD, for example DD.MM.YYYY; "
            "M, D and MON (Jan) work too, two-digit years do not."
        )
    return re.compile(named)


def _month_named(text: str) -> int:
    return _MONTHS.index(text.lower()) + 1


def _date_example(formats: Sequence[str]) -> str:
    return "".join(_DATE_EXAMPLE.get(word) or word for word in _DATE_WORD.findall(formats[0]))


@lru_cache(maxsize=64)
def _number_pattern(form: NumberFormat) -> re.Pattern[str]:
    point, mark = re.escape(form.decimal), re.escape(form.thousands)
    whole = f"[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+|[0-9]+" if mark else "[0-9]+"
    digits = f"(?P<digits>(?:{whole})(?:{point}[0-9]+)?|{point}[0-9]+)"
    named = "|".join(re.escape(sign) for sign in sorted(form.signs, key=len, reverse=True))
    sign = f"(?:{named})?" if named else ""
    before = f"(?P<open>\\()?(?P<lead>{_MINUS}|\\+)?{_SPACES}{sign}{_SPACES}(?P<inner>{_MINUS})?"
    after = f"{_SPACES}{sign}(?P<trail>{_MINUS})?(?(open)\\))"
    return re.compile(before + digits + after)


def _signs_given(found: re.Match[str]) -> int:
    return sum(found[sign] is not None for sign in ("open", "lead", "inner", "trail"))


def _number_example(form: NumberFormat) -> str:
    return f"1{form.thousands}234{form.decimal}50"
