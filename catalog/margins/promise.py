"""Whether “No markup” is wanted and still true, as one condition on a reward.

It is asked anew for each page, so that a new price, a new market price or another worth of points
ends the promise by itself. The same rule in words for managers: `operations.no_markup_obstacle`.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.margins.models import VariantCost
from catalog.models import Departure, PriceVersion, Reward, Variant
from catalog.queries.audience import Reader
from catalog.queries.offers import can_be_asked_for, current_price_id
from marketplace.ledger.models import PointValueRate


def says_no_markup(reader: Reader) -> sa.ColumnElement[bool]:
    """The reward wants to say so, and each variant on sale costs no more than on the market."""
    return sa.and_(Reward.shows_no_markup, ~_dearer(reader).exists().correlate(Reward))


def _dearer(reader: Reader) -> sa.Select[int]:
    """Variants on sale whose market price is unknown, or below what their points are worth."""
    values, price = _values(reader.at), _price(reader)
    doubled = 2 * price * values.c.minor + values.c.per_points
    worth = doubled // (2 * values.c.per_points)
    return (
        sa.select(Variant.id)
        .select_from(Variant)
        .outerjoin(VariantCost, VariantCost.variant_id == Variant.id)
        .outerjoin(Departure, Departure.variant_id == Variant.id)
        .outerjoin(values, values.c.currency == VariantCost.currency)
        .where(
            Variant.reward_id == Reward.id,
            can_be_asked_for(reader.at),
            sa.or_(
                VariantCost.reference_minor.is_(None),
                values.c.currency.is_(None),
                worth > VariantCost.reference_minor,
            ),
        )
    )


def _values(at: datetime) -> sa.Subquery:
    """What points are worth in each country today."""
    rate = PointValueRate
    age = sa.func.row_number().over(partition_by=rate.country, order_by=rate.valid_from.desc())
    aged = (
        sa.select(rate.currency, rate.minor, rate.per_points, age.label("age"))
        .where(rate.valid_from <= at.date())
        .subquery()
    )
    return sa.select(aged).where(aged.c.age == 1).subquery()


def _price(reader: Reader) -> sa.ScalarSelect[Any]:
    """What a variant costs where the reader lives."""
    version = aliased(PriceVersion)
    price_id = current_price_id(reader.at, reader.actor.country)
    return (
        sa.select(version.points).where(version.id == price_id).correlate(Variant).scalar_subquery()
    )
