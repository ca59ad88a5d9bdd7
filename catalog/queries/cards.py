"""Reward cards: whichever rewards a statement picks, drawn with the same few facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from catalog.models import Reward, Tier, Variant, VariantStock
from catalog.queries.audience import on_shelf
from catalog.queries.rows import Row, Statement
from catalog.states import Kind, VariantState
from catalog.wishes.models import Wish
from marketplace.access.actor import Actor
from marketplace.kernel.db import LARGEST_AMOUNT, session


@dataclass(frozen=True, slots=True)
class Card:
    """One reward on a shelf. `points` is its lowest price; `left` none means plenty.

    `cash_minor` to `highest_cash_minor` in `currency` is the span of what its variants are worth.
    """

    reward_id: int
    slug: str
    kind: Kind
    name: str
    note: str
    summary: str
    brand: str
    tier_slug: str
    tier_name: str
    tier_hue: int
    points: int
    has_choices: bool
    cash_minor: int | None
    highest_cash_minor: int | None
    currency: str | None
    left: int | None
    art: dict[str, Any]
    is_featured: bool
    shelf: str
    rank: int | str
    is_saved: bool = False

    @property
    def is_sold_out(self) -> bool:
        """Whether no variant has a unit left."""
        return self.left == 0


def shelf(actor: Actor, at: datetime, *, rank: sa.ColumnElement[Any], name: str = "") -> Statement:
    """Picks rewards of an actor in the order of `rank`; `name` tells several shelves apart."""
    reader = sa.literal(actor.employee_id or 0).label("reader_id")
    return (
        sa.select(
            Reward.id.label("id"), sa.literal(name).label("shelf"), rank.label("rank"), reader
        )
        .where(*on_shelf(actor, at))
        .order_by(rank, Reward.id)
    )


def within_reach_first(available: int) -> sa.ColumnElement[int]:
    """The best that `available` points can get, downward; then the nearest beyond, upward."""
    return sa.case(
        (Reward.lowest_points <= available, available - Reward.lowest_points),
        else_=Reward.lowest_points + LARGEST_AMOUNT,
    )


def together(*shelves: Statement) -> sa.Subquery:
    """Several limited shelves as one, each keeping its own limit."""
    return sa.union_all(*(sa.select(picked.subquery()) for picked in shelves)).subquery("picked")


def cards(picked: sa.Subquery) -> list[Card]:
    """The cards of the picked rewards by shelf, rank and id, in one statement."""
    statement = (
        sa.select(
            picked.c.shelf,
            picked.c.rank,
            Reward,
            Tier.slug.label("tier_slug"),
            Tier.name.label("tier_name"),
            Tier.hue.label("tier_hue"),
            (VariantStock.capacity - VariantStock.reserved - VariantStock.sold).label("units_left"),
            sa.exists()
            .where(Wish.reward_id == Reward.id, Wish.employee_id == picked.c.reader_id)
            .label("is_saved"),
        )
        .join(Reward, Reward.id == picked.c.id)
        .join(Tier, Tier.id == Reward.tier_id)
        .join(Variant, Variant.reward_id == Reward.id)
        .join(VariantStock, VariantStock.variant_id == Variant.id)
        .where(Variant.state == VariantState.ON_SALE)
        .order_by(picked.c.shelf, picked.c.rank, Reward.id)
    )
    rows = session().execute(statement)
    return [
        _card(list(same)) for _, same in groupby(rows, key=lambda row: (row.shelf, row.Reward.id))
    ]


def _card(rows: Sequence[Row]) -> Card:
    first, reward = rows[0], rows[0].Reward
    lefts = [row.units_left for row in rows]
    return Card(
        reward_id=reward.id,
        slug=reward.slug,
        kind=reward.kind,
        name=reward.name,
        note=reward.note,
        summary=reward.summary,
        brand=reward.brand,
        tier_slug=first.tier_slug,
        tier_name=first.tier_name,
        tier_hue=first.tier_hue,
        points=reward.lowest_points,
        has_choices=len(rows) > 1,
        cash_minor=reward.lowest_cash_minor,
        highest_cash_minor=reward.highest_cash_minor,
        currency=reward.currency,
        left=None if None in lefts else sum(lefts),
        art=reward.art,
        is_featured=reward.is_featured,
        shelf=first.shelf,
        rank=first.rank,
        is_saved=bool(first.is_saved),
    )
