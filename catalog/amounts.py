"""Amounts of one's own choice: from a lowest to a highest, in steps, priced in proportion."""

from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from babel.numbers import get_currency_name, get_currency_symbol

from catalog.errors import BadAmount
from marketplace.kernel.parsing import CannotRead, NumberFormat, minor_text, parse_minor
from marketplace.web.filters import LOCALE

N = TypeVar("N", int, Decimal)
_GAPS = " '\u00a0\u202f\u2019"
"""What may stand between thousands besides a comma and a point."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What amounts of one's own choice cost: `points` for `minor`, in minor units.

    A rate over a large amount says the price of a small one more exactly than the other way round.
    """

    points: int
    minor: int

    def price_of(self, minor: int) -> int:
        """The points an amount costs: its share, rounded up to whole points."""
        return -(-self.points * minor // self.minor)


def amount_text(minor: int | None, currency: str | None) -> str | None:
    """An amount as one enters it, in full; None where none is known."""
    return None if minor is None or currency is None else minor_text(minor, currency)


def steps_reach(lowest: N, highest: N, step: N) -> bool:
    """Whether whole steps lead from the lowest of some amounts to a higher highest."""
    return bool(step) and highest > lowest and not (highest - lowest) % step


@dataclass(frozen=True, slots=True)
class AmountRange:
    """Which amounts there are: `lowest`, and every `step` from there to `highest`, minor units."""

    lowest: int
    highest: int
    step: int
    currency: str

    @property
    def words(self) -> str:
        """`10 to 500 euros in steps of 5`."""
        low, high, step = (
            _grouped(minor, self.currency) for minor in (self.lowest, self.highest, self.step)
        )
        name = get_currency_name(self.currency, count=2, locale=LOCALE)
        return f"{low} to {high} {name} in steps of {step}"

    def holds(self, minor: int) -> bool:
        """Whether this is one of the amounts."""
        return self.lowest <= minor <= self.highest and (minor - self.lowest) % self.step == 0

    def checked(self, minor: int | None, *, typed: str = "") -> int:
        """The amount when it is one of them. Raises BadAmount, which names what was `typed`."""
        if minor is None or not self.holds(minor):
            raise BadAmount(self.words, typed=typed)
        return minor

    def read(self, text: str) -> int:
        """The amount in what somebody entered: `25`, `€25`, `25 EUR`, `25,00`, `1 000`.

        What can be read in two ways is read as these pages write it, or else refused. Raises
        BadAmount.
        """
        found = _readings(text.strip(), self.currency)
        as_written = [minor for minor in found if _is_as_written(minor, text, self.currency)]
        minor, *others = as_written or found or [None]
        if others:
            raise BadAmount(self.words, typed=text, is_unclear=True)
        return self.checked(minor, typed=text)


def _readings(text: str, currency: str) -> list[int]:
    """Every amount a text can stand for, whichever marks its writer is used to."""
    found: set[int] = set()
    for form in _forms(currency):
        with suppress(CannotRead):
            found.add(parse_minor(text.upper(), form, currency))
    return sorted(found)


@lru_cache(maxsize=64)
def _forms(currency: str) -> tuple[NumberFormat, ...]:
    signs = (currency, get_currency_symbol(currency, locale=LOCALE).upper())
    return tuple(
        NumberFormat(decimal, thousands, signs)
        for decimal, other in ((".", ","), (",", "."))
        for thousands in (other, *_GAPS)
    )


def _is_as_written(minor: int, text: str, currency: str) -> bool:
    """Whether a text has an amount as these pages write it, with or without its currency."""
    digits = "".join(sign for sign in text if sign.isdigit() or sign in ".,")
    return digits in {minor_text(minor, currency, short=True), _grouped(minor, currency)}


def _grouped(minor: int, currency: str) -> str:
    whole, dot, rest = minor_text(minor, currency, short=True).partition(".")
    return f"{int(whole):,}{dot}{rest}"
