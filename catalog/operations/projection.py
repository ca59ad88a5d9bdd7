"""The columns of a reward that a page of cards reads, written from it and its variants."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from catalog.models import Departure, PriceVersion, Reward, Tier, Variant
from catalog.queries.rows import Row
from catalog.search.operations import Parts, index_reward
from catalog.search_words import fold
from catalog.states import VariantState
from marketplace.kernel.db import session


def _newest_prices() -> sa.Subquery:
    newest = sa.func.row_number().over(
        partition_by=PriceVersion.variant_id,
        order_by=(PriceVersion.valid_from.desc(), PriceVersion.id.desc()),
    )
    return (
        sa.select(PriceVersion.variant_id, PriceVersion.points, newest.label("age"))
        .join(Variant, Variant.id == PriceVersion.variant_id)
        .where(Variant.reward_id == sa.bindparam("reward_id"))
        .subquery()
    )


def _on_sale() -> sa.Select[*tuple[Any, ...]]:
    prices = _newest_prices()
    return (
        sa.select(
            Variant.label,
            Variant.cash_minor,
            Variant.currency,
            prices.c.points,
            Departure.place,
        )
        .join(prices, sa.and_(prices.c.variant_id == Variant.id, prices.c.age == 1))
        .outerjoin(Departure, Departure.variant_id == Variant.id)
        .where(
            Variant.reward_id == sa.bindparam("reward_id"), Variant.state == VariantState.ON_SALE
        )
    )


# Built once: every change of a reward reads both.
REWARD_AND_TIER = (
    sa.select(Reward, Tier.name)
    .join(Tier, Tier.id == Reward.tier_id)
    .where(Reward.id == sa.bindparam("reward_id"))
)
ON_SALE = _on_sale()


def refresh_listing(reward_id: int) -> bool:
    """Write search words, sort name, lowest price and span of worth; whether anything is on sale.

    A published reward keeps its last price when nothing is on sale, for the caller to refuse.
    """
    which = {"reward_id": reward_id}
    reward, tier_name = session().execute(REWARD_AND_TIER, which).one()
    variants = session().execute(ON_SALE, which).all()
    index_reward(reward_id, _parts(reward, tier_name, variants))
    reward.sort_name = fold(reward.name)
    if variants:
        worth = [row.cash_minor for row in variants if row.cash_minor is not None]
        reward.lowest_points = min(row.points for row in variants)
        reward.lowest_cash_minor = min(worth, default=None)
        reward.highest_cash_minor = max(worth, default=None)
        reward.currency = next((row.currency for row in variants if row.currency), None)
    session().flush()
    return bool(variants)


def _parts(reward: Reward, tier_name: str, variants: Sequence[Row]) -> Parts:
    labels = [text for row in variants for text in (row.label, row.place or "")]
    return Parts(
        names=(reward.name, reward.brand),
        facts=(reward.kind.label, reward.kind.plural, tier_name, reward.note, *labels),
        texts=(reward.summary, *reward.included),
        stories=(reward.story,),
    )
