"""The columns of a reward that a page of cards reads, written from it and its variants."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from catalog.models import Departure, PriceVersion, Reward, Tier, Variant
from catalog.search_words import fold, search_text
from catalog.states import VariantState
from marketplace.kernel.db import session


def refresh_listing(reward_id: int) -> bool:
    """Write search words, sort name, lowest price and span of worth; whether anything is on sale.

    A published reward keeps its last price when nothing is on sale, for the caller to refuse.
    """
    reward, tier_name = (
        session()
        .execute(
            sa.select(Reward, Tier.name)
            .join(Tier, Tier.id == Reward.tier_id)
            .where(Reward.id == reward_id)
        )
        .one()
    )
    variants = _on_sale(reward_id)
    reward.search_text = search_text(
        [reward.name, reward.brand, reward.note, reward.summary, reward.kind.label]
        + [reward.kind.plural, tier_name]
        + [text for row in variants for text in (row.label, row.place or "")]
    )
    reward.sort_name = fold(reward.name)
    if variants:
        worth = [row.cash_minor for row in variants if row.cash_minor is not None]
        reward.lowest_points = min(row.points for row in variants)
        reward.lowest_cash_minor = min(worth, default=None)
        reward.highest_cash_minor = max(worth, default=None)
        reward.currency = next((row.currency for row in variants if row.currency), None)
    session().flush()
    return bool(variants)


def _on_sale(reward_id: int) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    newest = sa.func.row_number().over(
        partition_by=PriceVersion.variant_id,
        order_by=(PriceVersion.valid_from.desc(), PriceVersion.id.desc()),
    )
    prices = (
        sa.select(PriceVersion.variant_id, PriceVersion.points, newest.label("age"))
        .join(Variant, Variant.id == PriceVersion.variant_id)
        .where(Variant.reward_id == reward_id)
        .subquery()
    )
    return (
        session()
        .execute(
            sa.select(
                Variant.label,
                Variant.cash_minor,
                Variant.currency,
                prices.c.points,
                Departure.place,
            )
            .join(prices, sa.and_(prices.c.variant_id == Variant.id, prices.c.age == 1))
            .outerjoin(Departure, Departure.variant_id == Variant.id)
            .where(Variant.reward_id == reward_id, Variant.state == VariantState.ON_SALE)
        )
        .all()
    )
