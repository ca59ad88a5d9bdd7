"""Reward cards: whichever rewards a statement picks, drawn with the same few facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from catalog.audiences.clauses import Lock
from catalog.models import MemberUsage, Reward, Tier, Variant, VariantStock
from catalog.queries.audience import READER, Reader
from catalog.queries.rows import Row, Statement
from catalog.states import Kind, LimitPeriod, VariantState
from catalog.wishes.models import Wish
from marketplace.kernel.db import rows_of


@dataclass(frozen=True, slots=True)
class Card:
    """One reward on a shelf. `points` is its lowest price; `left` none means plenty.

    `cash_minor` to `highest_cash_minor` in `currency` is the span of what its variants are worth.
    `lock` says what the reader still has to reach; `is_used_up` that they had as many as one may;
    `is_saved` that it is on their wish list.
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
    cash_minor: int | None
    highest_cash_minor: int | None
    currency: str | None
    left: int | None
    art: dict[str, Any]
    photo: dict[str, Any]
    is_featured: bool
    is_used_up: bool
    lock: Lock | None
    shelf: str
    rank: int | str
    is_saved: bool = False

    @property
    def is_sold_out(self) -> bool:
        """Whether no variant has a unit left."""
        return self.left == 0

    def is_within_reach(self, available: int) -> bool:
        """Whether `available` points get it: open, and affordable."""
        return self.lock is None and self.points <= available


def cards(
    statement: Statement, reader: Reader, binds: Mapping[str, Any] | None = None
) -> list[Card]:
    """The cards a statement made by `drawn` finds."""
    periods = {f"period_{period.value}": period.around(reader.at) for period in LimitPeriod}
    rows = rows_of(statement, {**reader.binds, **periods, **(binds or {})})
    return [_card(row, reader) for row in rows]


_AS_THEY_ARE = ("slug", "kind", "name", "note", "summary", "brand", "art", "photo", "is_featured")
_WORTH = ("lowest_cash_minor", "highest_cash_minor", "currency", "limit_per_person")
_OF_REWARD = tuple(getattr(Reward, name) for name in (*_AS_THEY_ARE, *_WORTH))


def drawn(picked: sa.CTE) -> Statement:
    """The statement that draws the picked rewards, a row each."""
    stock = _stock_of(picked)
    return (
        sa.select(
            picked.c.id,
            picked.c.shelf,
            picked.c.rank,
            picked.c.points,
            picked.c.audience_id,
            picked.c.tier_id,
            *_OF_REWARD,
            Tier.slug.label("tier_slug"),
            Tier.name.label("tier_name"),
            Tier.hue.label("tier_hue"),
            _used().label("used"),
            stock.c.variants,
            stock.c.counted,
            stock.c.units_left,
            sa.exists()
            .where(Wish.reward_id == Reward.id, Wish.employee_id == READER)
            .label("is_saved"),
        )
        .join(Reward, Reward.id == picked.c.id)
        .join(Tier, Tier.id == picked.c.tier_id)
        .join(stock, stock.c.reward_id == picked.c.id)
    )


def _stock_of(picked: sa.CTE) -> sa.Subquery:
    """How many variants are on sale, how many of them are counted, and how many units are left."""
    stock = VariantStock
    return (
        sa.select(
            Variant.reward_id,
            sa.func.count().label("variants"),
            sa.func.count(stock.capacity).label("counted"),
            sa.cast(sa.func.sum(stock.capacity - stock.reserved - stock.sold), sa.BigInteger).label(
                "units_left"
            ),
        )
        .join(stock, stock.variant_id == Variant.id)
        .where(Variant.reward_id.in_(sa.select(picked.c.id)), Variant.state == VariantState.ON_SALE)
        .group_by(Variant.reward_id)
        .subquery("stock")
    )


def _used() -> sa.ScalarSelect[int]:
    """How often the reader had the reward in the period its limit counts in."""
    periods = {one: sa.bindparam(f"period_{one.value}") for one in LimitPeriod}
    return (
        sa.select(MemberUsage.used)
        .where(
            MemberUsage.reward_id == Reward.id,
            MemberUsage.employee_id == READER,
            MemberUsage.period == sa.case(periods, value=Reward.limit_period),
        )
        .correlate(Reward)
        .scalar_subquery()
    )


def _card(row: Row, reader: Reader) -> Card:
    limit = row.limit_per_person
    return Card(
        **{name: getattr(row, name) for name in _AS_THEY_ARE},
        reward_id=row.id,
        tier_slug=row.tier_slug,
        tier_name=row.tier_name,
        tier_hue=row.tier_hue,
        points=row.points,
        cash_minor=row.lowest_cash_minor,
        highest_cash_minor=row.highest_cash_minor,
        currency=row.currency,
        left=max(row.units_left, 0) if row.variants == row.counted else None,
        is_used_up=limit is not None and (row.used or 0) >= limit,
        lock=reader.standing.lock_of(row.audience_id, row.tier_id),
        shelf=row.shelf,
        rank=row.rank,
        is_saved=bool(row.is_saved),
    )
