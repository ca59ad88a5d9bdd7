"""How many rewards there are for whom, by kind, tier and price: counted once a change of the shelf.

A page with a hundred thousand rewards cannot count them each time. Every process keeps the counts
under the word of the shelf they were read with; a page that reads another word counts anew. What
begins or ends at a moment is kept apart and looked at by each page, so the counts are exact.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate, pairwise
from typing import Any

import sqlalchemy as sa

from catalog.audiences.queries import Standing
from catalog.models import Tier
from catalog.shelf.models import ShelfEntry
from catalog.states import Kind
from marketplace.kernel.db import session

SIGHTS_KEPT = 256  # how many ways of seeing the shelf are kept; most people share a few
Sight = tuple[frozenset[int], ...]  # hidden audiences and tiers, locked audiences and tiers
OPEN, LOCKED = 1, 0  # stand for all audiences of a sight
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

    def at_most(self, points: int) -> int:
        """How many cost at most so much."""
        return self.up_to[bisect_right(self.prices, points)]

    @property
    def numbers(self) -> Iterator[tuple[int, int]]:
        """Each price with how many cost just that."""
        counted = (more - less for less, more in pairwise(self.up_to))
        return zip(self.prices, counted, strict=True)


@dataclass(frozen=True, slots=True)
class Dated:
    """A reward at one price, from a moment or until one."""

    audience_id: int
    tier_id: int
    kind: Kind
    points: int
    begins_at: datetime | None
    ends_at: datetime | None


Seen = dict[Sight, tuple[Group, ...]]


@dataclass(frozen=True, slots=True)
class Turn:
    """The groups of what holds from one moment to another, and how each standing sees them."""

    begins_at: datetime | None
    ends_at: datetime | None
    groups: tuple[Group, ...]
    seen: Seen = field(default_factory=dict)


@dataclass(slots=True)
class Holding:
    """What has dates, worked out once from one turn of anything to the next.

    A turn is put in place whole: another thread may look at any moment.
    """

    dated: tuple[Dated, ...]
    turn: Turn | None = None

    def seen_by(self, standing: Standing, at: datetime) -> tuple[Group, ...]:
        """The groups that hold at a moment, as people of a standing see them."""
        if not self.dated:
            return ()
        turn = self.turn
        if turn is None or not _lies_in(turn.begins_at, turn.ends_at, at):
            turn = self.turn = self._turn_at(at)
        return _seen_by(standing, turn.groups, turn.seen)

    def _turn_at(self, at: datetime) -> Turn:
        turns = {one.begins_at for one in self.dated} | {one.ends_at for one in self.dated}
        moments = sorted(turn for turn in turns if turn is not None)
        behind = bisect_right(moments, at)
        begins_at = moments[behind - 1] if behind else None
        ends_at = moments[behind] if behind < len(moments) else None
        holding = (one for one in self.dated if _lies_in(one.begins_at, one.ends_at, at))
        groups = _grouped(
            (one.audience_id, one.tier_id, one.kind, one.points, 1) for one in holding
        )
        return Turn(begins_at, ends_at, groups)


def _lies_in(begins_at: datetime | None, ends_at: datetime | None, at: datetime) -> bool:
    return (begins_at is None or begins_at <= at) and (ends_at is None or at < ends_at)


@dataclass(frozen=True, slots=True)
class Census:
    """The whole shelf counted, whoever looks.

    `seen` keeps the groups of all audiences together as people of one standing see them.
    """

    tiers: tuple[TierFacts, ...]  # those with something on the shelf, smallest first
    groups: tuple[Group, ...]
    holding: Holding
    seen: Seen = field(default_factory=dict)

    def cells(
        self, standing: Standing, *, available: int, lowest: int, highest: int, at: datetime
    ) -> list[Cell]:
        """What one person can see between two prices; in reach is what is open and affordable."""
        numbers: dict[tuple[Kind, int, bool], int] = {}
        below, affordable = lowest - 1, max(min(highest, available), lowest - 1)
        always = _seen_by(standing, self.groups, self.seen)
        for group in (*always, *self.holding.seen_by(standing, at)):
            too_cheap = group.at_most(below) if below > 0 else 0
            every = max(group.at_most(highest) - too_cheap, 0)
            reach = group.at_most(affordable) - too_cheap if group.audience_id == OPEN else 0
            for is_within_reach, number in ((True, reach), (False, every - reach)):
                if number:
                    key = (group.kind, group.tier_id, is_within_reach)
                    numbers[key] = numbers.get(key, 0) + number
        return [Cell(*key, number) for key, number in numbers.items()]


def _seen_by(standing: Standing, groups: Iterable[Group], kept: Seen) -> tuple[Group, ...]:
    closed = (standing.hidden, standing.hidden_tiers, standing.locked, standing.locked_tiers)
    sight = tuple(map(frozenset, closed))
    found = kept.get(sight)
    if found is None:
        found = kept[sight] = _seen(groups, standing)
        for old in list(kept)[:-SIGHTS_KEPT]:
            kept.pop(old, None)
    return found


def _seen(groups: Iterable[Group], standing: Standing) -> tuple[Group, ...]:
    """Groups together for those of one standing: of what is open to them, and of what is locked."""
    locked, locked_tiers = standing.locked, standing.locked_tiers
    return _grouped(
        (
            LOCKED if group.audience_id in locked or group.tier_id in locked_tiers else OPEN,
            group.tier_id,
            group.kind,
            points,
            number,
        )
        for group in groups
        if standing.sees(group.audience_id, group.tier_id)
        for points, number in group.numbers
    )


_kept: dict[str, Census] = {}


def census(stamp: str) -> Census:
    """The counts of the shelf with this stamp: kept, or counted now in one statement."""
    found = _kept.get(stamp)
    if found is None:
        found = _counted()
        for old in list(_kept)[: 1 - KEPT]:
            _kept.pop(old, None)
        if stamp:  # a shelf never written to has no word to keep it under
            _kept[stamp] = found
    return found


def _counted() -> Census:
    """The whole shelf in one statement: how many rewards there are of each sort, with its tier."""
    entry = ShelfEntry
    spans = (entry.begins_at, entry.ends_at)
    sort = (entry.audience_id, entry.tier_id, entry.kind, entry.points, *spans)
    counted = sa.select(*sort, sa.func.count().label("number")).group_by(*sort).subquery()
    tier = (Tier.slug, Tier.name, Tier.hue, Tier.icon, Tier.position)
    rows = session().execute(sa.select(counted, *tier).join(Tier, Tier.id == counted.c.tier_id))
    tiers: dict[int, TierFacts] = {}
    always: list[tuple[Any, ...]] = []
    dated: list[Dated] = []
    for row in rows:
        tiers[row.tier_id] = TierFacts(row.tier_id, *(getattr(row, one.key) for one in tier))
        facts = (row.audience_id, row.tier_id, row.kind, row.points)
        if row.begins_at is None and row.ends_at is None:
            always.append((*facts, row.number))
        else:
            dated += [Dated(*facts, row.begins_at, row.ends_at)] * row.number
    by_position = sorted(tiers.values(), key=lambda one: one.position)
    return Census(tuple(by_position), _grouped(always), Holding(tuple(dated)))


def _grouped(rows: Iterable[tuple[Any, ...]]) -> tuple[Group, ...]:
    """Groups of rows of audience, tier, kind, points and number, in whatever order they come."""
    found: dict[tuple[int, int, Kind], dict[int, int]] = {}
    for audience_id, tier_id, kind, points, number in rows:
        prices = found.setdefault((audience_id, tier_id, kind), {})
        prices[points] = prices.get(points, 0) + number
    return tuple(
        Group(*key, tuple(sorted(prices)), (0, *accumulate(prices[one] for one in sorted(prices))))
        for key, prices in found.items()
    )
