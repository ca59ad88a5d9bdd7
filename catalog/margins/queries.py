"""Price, cost and market price of variants, as they stand now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.margins.markup import Margin
from catalog.margins.models import VariantCost
from catalog.models import Departure, PriceVersion, Variant
from catalog.queries.offers import can_be_asked_for, current_price_id
from catalog.queries.rows import Row
from marketplace.kernel.db import in_batches, session
from marketplace.ledger.queries import PointValue, point_values_in


def margins(reward_ids: Sequence[int], *, at: datetime) -> dict[int, list[Margin]]:
    """The margins of some rewards' variants, in their order."""
    found = [one for batch in in_batches(reward_ids) for one in _margins(batch, at)]
    values = point_values_in({margin.valued_in for margin, _ in found}, at=at)
    by_reward: dict[int, list[Margin]] = {reward_id: [] for reward_id in reward_ids}
    for margin, own in found:
        by_reward[margin.reward_id].append(_valued(margin, values, own))
    return by_reward


def _valued(
    margin: Margin, values: Iterable[PointValue], own: Mapping[str | None, int | None]
) -> Margin:
    """The margin where its points are worth most; of equal countries the first by its code."""
    there = [
        (value, own.get(value.country) or margin.points)
        for value in values
        if value.currency == margin.valued_in
    ]
    if not there:
        return margin
    value, points = max(there, key=lambda one: Fraction(one[1] * one[0].minor, one[0].per_points))
    return replace(margin, value=value, points_there=points)


_COLUMNS: tuple[Any, ...] = (
    Variant.id.label("variant_id"),
    Variant.reward_id,
    Variant.sku,
    Variant.label,
    PriceVersion.points,
    VariantCost.cost_minor,
    VariantCost.reference_minor,
    VariantCost.currency,
    Variant.currency.label("face_currency"),
)


def _margins(
    reward_ids: Sequence[int], at: datetime
) -> list[tuple[Margin, dict[str | None, int | None]]]:
    """Variants with the prices of countries that have their own."""
    own = aliased(PriceVersion)
    holds = (own.valid_from <= at, sa.or_(own.valid_until.is_(None), own.valid_until > at))
    rows = session().execute(
        sa.select(
            own.country.label("own_country"),
            own.points.label("own_points"),
            can_be_asked_for(at).label("is_on_sale"),
            *_COLUMNS,
        )
        .select_from(Variant)
        .join(PriceVersion, PriceVersion.id == current_price_id(at))
        .outerjoin(VariantCost, VariantCost.variant_id == Variant.id)
        .outerjoin(Departure, Departure.variant_id == Variant.id)
        .outerjoin(own, sa.and_(own.variant_id == Variant.id, own.country.is_not(None), *holds))
        .where(Variant.reward_id.in_(reward_ids))
        .order_by(Variant.reward_id, Variant.position, Variant.id, own.valid_from, own.id)
    )
    found: dict[int, tuple[Margin, dict[str | None, int | None]]] = {}
    for row in rows:  # of a country the newest comes last and stays
        _, prices = found.setdefault(row.variant_id, (_margin_of(row), {}))
        prices[row.own_country] = row.own_points
    return list(found.values())


def _margin_of(row: Row) -> Margin:
    facts = {column.key: getattr(row, column.key) for column in _COLUMNS}
    return Margin(is_on_sale=bool(row.is_on_sale), **facts)
