"""How many rewards there are for whom, by kind, tier and price: counted once a change of the shelf.

A page with a hundred thousand rewards cannot count them each time. Every process keeps the counts
under the word of the shelf they were read with; a page that reads another word counts anew. What
begins or ends at a moment is kept apart and looked at by each page, so the counts are exact.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.audiences.queries import Standing
from catalog.models import Tier
from catalog.shelf.models import ShelfEntry
from catalog.states import Kind
from marketplace.kernel.db import session

KEPT = 4  # tests and benches look at several houses in one process; a server at one


@dataclass(frozen=True, slots=True)
class TierFacts:
    """A tier as pages name it, smallest first by `position`."""

    id: int
    slug: str
    name: str
    hue: int
    icon: str
    position: int


@dataclass(frozen=True, slots=True)
class Cell:
    """How many rewards of one kind on one tier a person can see, in reach or not."""

    kind: Kind
    tier_id: int
    is_within_reach: bool
    number: int


@dataclass(frozen=True, slots=True)
class Group:
    """Rewards without dates for one audience, of one kind on one tier: how many up to a price."""

    audience_id: int
    tier_id: int
    kind: Kind
    prices: tuple[int, ...]
    up_to: tuple[int, ...]

    def number(self, lowest: int, highest: int) -> int:
        """How many cost at least `lowest` and at most `highest`."""
        first, behind = bisect_right(self.prices, lowest - 1), bisect_right(self.prices, highest)
        return self.up_to[behind] - self.up_to[first] if behind > first else 0


@dataclass(frozen=True, slots=True)
class Dated:
    """A reward that comes, goes or changes its price at a moment."""

    audience_id: int
    tier_id: int
    kind: Kind
    points: int
    begins_at: datetime | None
    ends_at: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether it is on the shelf, at this price, at a moment."""
        begun = self.begins_at is None or self.begins_at <= at
        return begun and (self.ends_at is None or at < self.ends_at)


@dataclass(frozen=True, slots=True)
class Census:
    """The whole shelf counted, whoever looks."""

    tiers: tuple[TierFacts, ...]
    groups: tuple[Group, ...]
    dated: tuple[Dated, ...]

    def cells(
        self, standing: Standing, *, available: int, lowest: int, highest: int, at: datetime
    ) -> list[Cell]:
        """What one person can see between two prices; in reach is what is open and affordable."""
        numbers: dict[tuple[Kind, int, bool], int] = {}

        def add(kind: Kind, tier_id: int, is_within_reach: bool, number: int) -> None:
            key = (kind, tier_id, is_within_reach)
            numbers[key] = numbers.get(key, 0) + number

        for group in self.groups:
            if standing.sees(group.audience_id, group.tier_id):
                every = group.number(lowest, highest)
                is_open = standing.lock_of(group.audience_id, group.tier_id) is None
                reach = group.number(lowest, min(highest, available)) if is_open else 0
                add(group.kind, group.tier_id, True, reach)
                add(group.kind, group.tier_id, False, every - reach)
        for one in self._dated(standing, lowest, highest, at):
            is_open = standing.lock_of(one.audience_id, one.tier_id) is None
            add(one.kind, one.tier_id, is_open and one.points <= available, 1)
        return [Cell(*key, number) for key, number in numbers.items() if number]

    def _dated(
        self, standing: Standing, lowest: int, highest: int, at: datetime
    ) -> Iterator[Dated]:
        return (
            one
            for one in self.dated
            if lowest <= one.points <= highest
            and one.holds(at)
            and standing.sees(one.audience_id, one.tier_id)
        )


_kept: dict[str, Census] = {}


def census(stamp: str) -> Census:
    """The counts of the shelf with this stamp, kept or counted now in three statements."""
    found = _kept.get(stamp)
    if found is None:
        found = Census(_tiers(), _groups(), _dated())
        for old in list(_kept)[: 1 - KEPT]:
            _kept.pop(old, None)
        if stamp:  # a shelf never written to has no word to keep it under
            _kept[stamp] = found
    return found


def _tiers() -> tuple[TierFacts, ...]:
    columns = (Tier.id, Tier.slug, Tier.name, Tier.hue, Tier.icon, Tier.position)
    rows = session().execute(sa.select(*columns).order_by(Tier.position))
    return tuple(TierFacts(*row) for row in rows)


def _groups() -> tuple[Group, ...]:
    entry = ShelfEntry
    columns = (entry.audience_id, entry.tier_id, entry.kind)
    rows = session().execute(
        sa.select(*columns, entry.points, sa.func.count())
        .where(entry.begins_at.is_(None), entry.ends_at.is_(None))
        .group_by(*columns, entry.points)
        .order_by(*columns, entry.points)
    )
    found: dict[tuple[int, int, Kind], tuple[list[int], list[int]]] = {}
    for audience_id, tier_id, kind, points, number in rows:
        prices, up_to = found.setdefault((audience_id, tier_id, kind), ([], [0]))
        prices.append(points)
        up_to.append(up_to[-1] + number)
    return tuple(
        Group(*key, prices=tuple(prices), up_to=tuple(up_to))
        for key, (prices, up_to) in found.items()
    )


def _dated() -> tuple[Dated, ...]:
    entry = ShelfEntry
    columns: tuple[Any, ...] = (
        entry.audience_id,
        entry.tier_id,
        entry.kind,
        entry.points,
        entry.begins_at,
        entry.ends_at,
    )
    dated = sa.or_(entry.begins_at.is_not(None), entry.ends_at.is_not(None))
    return tuple(Dated(*row) for row in session().execute(sa.select(*columns).where(dated)))
