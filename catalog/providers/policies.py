"""How a provider's items become rewards: of what kind, at what price, and when it may be asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from catalog.amounts import Rate
from catalog.providers.models import Provider
from catalog.providers.terms import Terms
from catalog.states import Kind
from marketplace.kernel.db import LARGEST_AMOUNT
from marketplace.kernel.parsing import currency_places
from marketplace.ledger.queries import PointValue

MOST_CHEAPER = Fraction(1, 5)
"""So much less may things cost by new exchange rates before somebody is asked."""
AUTOMATIC_EVERY = timedelta(hours=12)
LOST_AFTER = timedelta(minutes=10)
"""A sync that has not moved for so long lost its worker: fetching is bounded by a minute."""


class NoPrice(Exception):
    """An item can't be priced; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class PriceRule:
    """Points for money: the worth of points in one country, more by a markup, rounded up.

    `rates` are units of each currency for one of a common base, as the provider's answer said.
    """

    value: PointValue | None
    country: str
    rates: Mapping[str, Decimal]
    markup_percent: int
    round_to: int

    def price_of(self, low: int, high: int, currency: str) -> tuple[int, Rate | None]:
        """What the lowest of some amounts costs and the rate of all; without one if it is one.

        The rate is said for the highest: rounding up weighs least there. Raises NoPrice.
        """
        points = self.points_for(high, currency)
        if low == high:
            return points, None
        rate = Rate(points, high)
        return rate.price_of(low), rate

    def points_for(self, minor: int, currency: str) -> int:
        """What so much money costs, a whole multiple of `round_to`. Raises NoPrice."""
        if self.value is None:
            raise NoPrice(f"Nobody has said what points are worth in {self.country}.")
        major = Fraction(minor, 10 ** currency_places(currency))
        own = major * self._rate(currency, self.value.currency)
        own_minor = own * 10 ** currency_places(self.value.currency)
        exact = own_minor * self.value.per_points / self.value.minor
        exact = exact * (100 + self.markup_percent) / 100
        points = -(-exact // self.round_to) * self.round_to
        if points > LARGEST_AMOUNT:
            raise NoPrice("Its price would be larger than any balance.")
        return int(points)

    def _rate(self, given: str, wanted: str) -> Fraction:
        if given == wanted:
            return Fraction(1)
        missing = next((one for one in (given, wanted) if one not in self.rates), None)
        if missing:
            raise NoPrice(f"The answer has no exchange rate for {missing}.")
        return Fraction(self.rates[wanted]) / Fraction(self.rates[given])


def rule_of(
    said: Terms | Provider, rates: Mapping[str, str], value: PointValue | None
) -> PriceRule:
    """The rule that terms make, said or kept, with exchange rates and the worth of points."""
    return PriceRule(
        value=value,
        country=said.price_country,
        rates=as_numbers(rates),
        markup_percent=said.markup_percent,
        round_to=said.round_to,
    )


def as_numbers(rates: Mapping[str, str]) -> dict[str, Decimal]:
    """Exchange rates as they are reckoned with; they are kept as texts, to the last digit."""
    return {currency: Decimal(rate) for currency, rate in rates.items()}


def kind_of(*, is_donation: bool) -> Kind:
    """The kind of the reward that an item becomes."""
    return Kind.DONATION if is_donation else Kind.GIFT_CARD


def day_of(at: datetime, time_zone: str) -> tuple[datetime, datetime]:
    """When the provider's day that a moment lies in began, and when the next one begins."""
    zone = ZoneInfo(time_zone)
    today = at.astimezone(zone).date()
    return (
        datetime.combine(today, time(), zone),
        datetime.combine(today + timedelta(days=1), time(), zone),
    )


def takes_too_much(taken: int, live: int, most_percent: int) -> bool:
    """Whether more than the stated share of what is on sale would go."""
    return taken * 100 > live * most_percent


def cheaper_currencies(
    before: Mapping[str, Decimal], told: Mapping[str, Decimal], own: str
) -> dict[str, int]:
    """The currencies in which things would cost much less by the rates told: by how many percent.

    `own` is the currency of the prices.

    A rate that is left out stays as it was; one that was not known before says nothing yet.
    """
    if own not in before:
        return {}
    after = {**before, **told}
    moved = Fraction(after[own]) / Fraction(before[own])
    less = {
        currency: 1 - moved * Fraction(before[currency]) / Fraction(after[currency])
        for currency in sorted(before)
    }
    return {currency: int(100 * part) for currency, part in less.items() if part > MOST_CHEAPER}


def cheaper_words(currencies: Mapping[str, int], *, shown: int = 5) -> str:
    """Why somebody is asked before those rates count; empty when they move little."""
    if not currencies:
        return ""
    more = len(currencies) - shown
    named = [f"{currency} ({percent} percent)" for currency, percent in currencies.items()][:shown]
    return (
        f"By its exchange rates everything would cost less than now in {', '.join(named)}"
        f"{f' and {more:,} more' if more > 0 else ''}. Ask the provider when you did not expect it."
    )
