"""When a reward costs what: prices, windows and cut-offs as spans that never overlap. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Price:
    """One version of a price; `points` none ends the prices of its country."""

    id: int
    points: int | None
    valid_from: datetime
    valid_until: datetime | None = None
    country: str | None = None

    def holds(self, at: datetime) -> bool:
        """Whether this version is valid at a moment."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


@dataclass(frozen=True, slots=True)
class Offered:
    """A variant on sale: its versions, and the moment from which nobody can ask for it."""

    prices: tuple[Price, ...]
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when a reward is on the shelf; none: without bound."""

    begins_at: datetime | None = None
    ends_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether a moment lies in it."""
        begun = self.begins_at is None or self.begins_at <= at
        return begun and (self.ends_at is None or at < self.ends_at)


@dataclass(frozen=True, slots=True)
class Span:
    """The lowest price of a reward for everywhere, or for one country, over some time."""

    country: str | None
    points: int
    begins_at: datetime | None
    ends_at: datetime | None


def price_at(prices: Iterable[Price], at: datetime, country: str | None) -> Price | None:
    """The version that counts: begun last among those that hold, the country's own first."""
    known = list(prices)
    for place in dict.fromkeys((country, None)):
        newest = newest_of((price for price in known if price.country == place), at)
        if newest is not None and newest.points is not None:
            return newest
    return None


def newest_of(prices: Iterable[Price], at: datetime) -> Price | None:
    """The version begun last among those of one country that hold."""
    holding = (price for price in prices if price.holds(at))
    return max(holding, key=lambda price: (price.valid_from, price.id), default=None)


def timeline(variants: Sequence[Offered], window: Window, *, at: datetime) -> list[Span]:
    """What a reward costs from `at` on; the span that holds now has begun ever since.

    One list for everywhere and one for each country with a price of its own.
    """
    countries = {price.country for one in variants for price in one.prices if price.country}
    moments = _moments(variants, window, at)
    return [
        span
        for country in (None, *sorted(countries))
        for span in _spans(variants, window, moments, country)
    ]


def _moments(variants: Sequence[Offered], window: Window, at: datetime) -> list[datetime]:
    turns = {window.begins_at, window.ends_at}
    for one in variants:
        turns |= {one.closes_at}
        turns |= {
            moment for price in one.prices for moment in (price.valid_from, price.valid_until)
        }
    return [at, *sorted(turn for turn in turns if turn is not None and turn > at)]


def _spans(
    variants: Sequence[Offered], window: Window, moments: Sequence[datetime], country: str | None
) -> list[Span]:
    found: list[Span] = []
    ends: list[datetime | None] = [*moments[1:], None]
    for number, (begins, until) in enumerate(zip(moments, ends, strict=True)):
        points = _lowest(variants, begins, country) if window.holds(begins) else None
        if points is None:
            continue
        since = None if number == 0 else begins
        last = found[-1] if found else None
        if last is not None and (last.ends_at, last.points) == (begins, points):
            found[-1] = Span(country, points, last.begins_at, until)
        else:
            found.append(Span(country, points, since, until))
    return found


def _lowest(variants: Sequence[Offered], at: datetime, country: str | None) -> int | None:
    open_now = (one for one in variants if one.closes_at is None or at < one.closes_at)
    prices = (price_at(one.prices, at, country) for one in open_now)
    return min((price.points for price in prices if price and price.points), default=None)
