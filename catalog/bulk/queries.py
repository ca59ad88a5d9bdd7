"""The rewards a deed is about, with what they are now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.models import PriceVersion, Reward, Tier, Variant
from catalog.queries.manage import ShelfFilters, chosen
from catalog.queries.offers import current_price_id
from catalog.queries.rows import Row
from catalog.states import LimitPeriod, RewardState, VariantState
from marketplace.kernel.db import session

MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Price:
    """What one variant on sale costs."""

    variant_id: int
    label: str
    points: int


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
        sa.select(Variant.reward_id, Variant.id, Variant.label, PriceVersion.points)
        .select_from(Variant)
        .join(PriceVersion, PriceVersion.id == current_price_id(at))
        .where(Variant.reward_id.in_(ids), Variant.state == VariantState.ON_SALE)
        .order_by(Variant.reward_id, Variant.position, Variant.id)
    )
    found: dict[int, tuple[Price, ...]] = defaultdict(tuple)
    for row in rows:
        found[row.reward_id] += (Price(row.id, row.label, row.points or 0),)
    return found
