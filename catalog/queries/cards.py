"""Reward cards: whichever rewards a statement picks, drawn with the same few facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from catalog.audiences.clauses import Lock
from catalog.models import MemberUsage, Reward, Tier, Variant, VariantStock
from catalog.queries.audience import Reader
from catalog.queries.picks import BY_POINTS, pick, together
from catalog.queries.rows import Row, Statement
from catalog.shelf.models import ShelfEntry
from catalog.states import Kind, LimitPeriod, VariantState
from marketplace.kernel.db import session


@dataclass(frozen=True, slots=True)
class Card:
    """One reward on a shelf. `points` is its lowest price; `left` none means plenty.

    `cash_minor` to `highest_cash_minor` in `currency` is the span of what its variants are worth.
    `lock` says what the reader still has to reach; `is_used_up` that they had as many as one may.
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
    is_used_up: bool
    lock: Lock | None
    shelf: str
    rank: int | str

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
    """The cards a statement made by `drawn` finds, in the order of shelf and rank as they come."""
    periods = {f"period_{period.value}": period.around(reader.at) for period in LimitPeriod}
    rows = session().execute(statement, {**reader.binds, **periods, **(binds or {})})
    found: dict[tuple[str, int], list[Row]] = {}
    for row in rows:
        found.setdefault((row.shelf, row.Reward.id), []).append(row)
    return [_card(same, reader) for same in found.values()]


def drawn(picked: sa.Subquery) -> Statement:
    """The statement that draws the picked rewards, a row a variant on sale."""
    used = sa.select(MemberUsage.used).where(
        MemberUsage.reward_id == Reward.id,
        MemberUsage.employee_id == sa.bindparam("reader", type_=sa.BigInteger),
        MemberUsage.period
        == sa.case(
            {one: sa.bindparam(f"period_{one.value}") for one in LimitPeriod},
            value=Reward.limit_period,
        ),
    )
    return (
        sa.select(
            picked.c.shelf,
            picked.c.rank,
            picked.c.points,
            picked.c.audience_id,
            Reward,
            Tier.slug.label("tier_slug"),
            Tier.name.label("tier_name"),
            Tier.hue.label("tier_hue"),
            used.correlate(Reward).scalar_subquery().label("used"),
            (VariantStock.capacity - VariantStock.reserved - VariantStock.sold).label("units_left"),
        )
        .join(Reward, Reward.id == picked.c.id)
        .join(Tier, Tier.id == Reward.tier_id)
        .join(Variant, Variant.reward_id == Reward.id)
        .join(VariantStock, VariantStock.variant_id == Variant.id)
        .where(Variant.state == VariantState.ON_SALE)
    )


def _card(rows: Sequence[Row], reader: Reader) -> Card:
    first, reward = rows[0], rows[0].Reward
    lefts = [row.units_left for row in rows]
    limit = reward.limit_per_person
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
        points=first.points,
        has_choices=len(rows) > 1,
        cash_minor=reward.lowest_cash_minor,
        highest_cash_minor=reward.highest_cash_minor,
        currency=reward.currency,
        left=None if None in lefts else max(sum(lefts), 0),
        art=reward.art,
        is_featured=reward.is_featured,
        is_used_up=limit is not None and (first.used or 0) >= limit,
        lock=reader.standing.lock_of(first.audience_id, reward.tier_id),
        shelf=first.shelf,
        rank=first.rank,
    )


def cards_of(reward_ids: Sequence[int], reader: Reader) -> list[Card]:
    """The cards of these rewards as far as the reader sees them, in the order asked for."""
    found = {card.reward_id: card for card in cards(_of_ids(), reader, {"ids": list(reward_ids)})}
    return [found[one] for one in dict.fromkeys(reward_ids) if one in found]


@lru_cache(maxsize=1)
def _of_ids() -> Statement:
    ids = sa.bindparam("ids", expanding=True, type_=sa.BigInteger)
    chosen = pick("chosen", BY_POINTS, ShelfEntry.reward_id.in_(ids), limit=None)
    return drawn(together(chosen))
