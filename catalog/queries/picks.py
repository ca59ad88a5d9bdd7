"""Picking rewards from the shelf: short lists in an order that an index has.

A pick is limited, so its cost does not grow with the catalog; several picks make one statement.
Statements leave their values open (`Reader.binds`), so that each is put together only once.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from catalog.queries.audience import open_to_reader, seen
from catalog.queries.rows import Statement, at_most
from catalog.shelf.models import ShelfEntry

AVAILABLE = sa.bindparam("available", type_=sa.BigInteger)
PICKED = ("id", "shelf", "rank", "points", "kind", "audience_id", "tier_id")
"""The columns of every pick, in their order."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a pick is ordered by; the reward's id decides between equals, in the same direction."""

    column: InstrumentedAttribute[Any]
    is_descending: bool = False

    @property
    def columns(self) -> tuple[sa.ColumnElement[Any], ...]:
        """As ORDER BY takes it."""
        both = (self.column, ShelfEntry.reward_id)
        return tuple(one.desc() if self.is_descending else one.asc() for one in both)

    def behind(self, value: sa.BindParameter[Any], reward_id: sa.BindParameter[int]) -> Any:
        """The condition that a row stands behind this place."""
        here, there = sa.tuple_(self.column, ShelfEntry.reward_id), sa.tuple_(value, reward_id)
        return here < there if self.is_descending else here > there


BY_POINTS = Order(ShelfEntry.points)
BY_POINTS_DOWN = Order(ShelfEntry.points, is_descending=True)


def pick(
    shelf: str, order: Order, *conditions: sa.ColumnElement[bool], limit: int | None
) -> Statement:
    """The first `limit` rewards the reader sees under these conditions, under a name."""
    statement = picking(shelf, order.column).where(*conditions).order_by(*order.columns)
    return statement if limit is None else statement.limit(at_most(limit))


def picking(shelf: str, rank: Any) -> Statement:
    """What the reader sees, as columns of a pick under a name; to be joined and limited."""
    entry = ShelfEntry
    return sa.select(
        entry.reward_id.label("id"),
        sa.literal(shelf).label("shelf"),
        rank.label("rank"),
        entry.points,
        entry.kind,
        entry.audience_id,
        entry.tier_id,
    ).where(*seen())


def pick_open(shelf: str, order: Order, *conditions: Any, limit: int) -> Statement:
    """The same, only of what is open to the reader."""
    return pick(shelf, order, *open_to_reader(), *conditions, limit=limit)


def together(*picks: Statement) -> sa.CTE:
    """Several limited picks as one, each keeping its own limit."""
    return united(*picks).cte("picked")


def united(*picks: Statement) -> "sa.CompoundSelect[Any]":
    """The rows of several limited picks."""
    return sa.union_all(*(sa.select(one.subquery()) for one in picks))


def first_of(limit: int, *picks: tuple[Statement, Order]) -> Statement:
    """The first rewards of picks by points that stand one behind the other."""
    signed = []
    for number, (one, order) in enumerate(picks):
        part, sign = one.subquery(), -1 if order.is_descending else 1
        place = (sa.literal(number), sign * part.c.rank, sign * part.c.id)
        names = ("part", "place", "tie")
        signed.append(
            sa.select(part, *(key.label(name) for key, name in zip(place, names, strict=True)))
        )
    every = sa.union_all(*signed).subquery()
    kept = [every.c[name] for name in PICKED]
    return sa.select(*kept).order_by(every.c.part, every.c.place, every.c.tie).limit(at_most(limit))
