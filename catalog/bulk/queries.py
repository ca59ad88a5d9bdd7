"""The rewards a deed is about, with what they are now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from catalog.amounts import Rate
from catalog.models import PriceVersion, Reward, Tier, Variant
from catalog.queries.curators_table import ShelfFilters, chosen
from catalog.queries.offers import current_price_id, rate_of
from catalog.queries.rows import Row
from catalog.states import LimitPeriod, RewardState, VariantState
from marketplace.kernel.db import session
from marketplace.web.filters import money

MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Price:
    """What one variant on sale costs; with amounts of one's own choice, what `rate` says.

    `until` when that ends by itself.
    """

    variant_id: int
    label: str
    points: int
    until: datetime | None
    rate: Rate | None = None
    lowest: int | None = None

    def after(self, points: int) -> tuple[int, Rate | None]:
        """The price, and the rate of amounts, when `points` take the place of these."""
        if self.rate is None or self.lowest is None:
            return points, None
        rate = replace(self.rate, points=points)
        return rate.price_of(self.lowest), rate


@dataclass(frozen=True, slots=True)
class BulkReward:
    """A reward as far as deeds on many look at it."""

    id: int
    slug: str
    name: str
    state: RewardState
    summary: str
    tier_name: str
    is_featured: bool
    limit: int | None
    period: LimitPeriod | None
    window: tuple[datetime | None, datetime | None]
    prices: tuple[Price, ...]


def picked_ids(ids: Sequence[int], filters: ShelfFilters | None, *, at: datetime) -> list[int]:
    """Those of `ids` that are there, or all that the filters leave; at most one more than fits."""
    narrowed = chosen(filters, at) if filters else [Reward.id.in_(ids[: MOST_AT_ONCE + 1])]
    rows = session().scalars(
        sa.select(Reward.id)
        .join(Tier, Tier.id == Reward.tier_id)
        .where(Reward.state != RewardState.DISCARDED, *narrowed)
        .order_by(Reward.id)
        .limit(MOST_AT_ONCE + 1)
    )
    return list(rows)


def bulk_rewards(ids: Sequence[int], *, at: datetime) -> list[BulkReward]:
    """Some rewards, by their ids, in two statements."""
    prices = _prices(ids, at)
    rows = session().execute(
        sa.select(
            Reward.id,
            Reward.slug,
            Reward.name,
            Reward.state,
            Reward.summary,
            Tier.name,
            Reward.is_featured,
            Reward.limit_per_person,
            Reward.limit_period,
            Reward.visible_from,
            Reward.visible_until,
        )
        .join(Tier, Tier.id == Reward.tier_id)
        .where(Reward.id.in_(ids))
        .order_by(Reward.id)
    )
    return [_bulk_reward(row, prices) for row in rows]


def _bulk_reward(row: Row, prices: dict[int, tuple[Price, ...]]) -> BulkReward:
    *facts, begins, ends = row
    return BulkReward(*facts, window=(begins, ends), prices=prices.get(row[0], ()))


def _prices(ids: Sequence[int], at: datetime) -> dict[int, tuple[Price, ...]]:
    rows = session().execute(
        sa.select(Variant, PriceVersion)
        .select_from(Variant)
        .join(PriceVersion, PriceVersion.id == current_price_id(at))
        .where(Variant.reward_id.in_(ids), Variant.state == VariantState.ON_SALE)
        .order_by(Variant.reward_id, Variant.position, Variant.id)
    )
    found: dict[int, tuple[Price, ...]] = defaultdict(tuple)
    for variant, version in rows:
        found[variant.reward_id] += (_price_of(variant, version),)
    return found


def _price_of(variant: Variant, version: PriceVersion) -> Price:
    rate, until = rate_of(version), version.valid_until
    if rate is None:
        return Price(variant.id, variant.label, version.points or 0, until)
    label = f"{variant.label}, at {money(rate.minor, variant.currency or '')}"
    return Price(variant.id, label, rate.points, until, rate, variant.cash_minor)
