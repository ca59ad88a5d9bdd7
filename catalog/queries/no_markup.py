"""Whether “No markup” is wanted and still true where a reader lives.

It is asked anew for each page, so that a new price, a new market price or another worth of points
ends the promise by itself. What it is measured by is read with the variants of the page.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from catalog.margins.markup import Margin
from catalog.margins.models import VariantCost
from catalog.margins.policies import no_markup_obstacle
from catalog.models import Reward, Variant
from catalog.offers import Offer
from catalog.queries.rows import Row, Statement
from marketplace.ledger.models import PointValueRate
from marketplace.ledger.worth import PointValue


def with_market(variants: Statement, at: datetime) -> Statement:
    """Variants beside their market price and what points are worth most in its currency.

    Both are empty for a reward that does not want to say anything about them.
    """
    worth = _worth_most(at)
    is_needed = sa.and_(VariantCost.variant_id == Variant.id, Reward.shows_no_markup)
    return (
        variants.outerjoin(VariantCost, is_needed)
        .outerjoin(worth, worth.c.currency == VariantCost.currency)
        .add_columns(
            Reward.shows_no_markup,
            VariantCost.reference_minor,
            VariantCost.currency.label("market_currency"),
            worth.c.country.label("worth_country"),
            worth.c.minor.label("worth_minor"),
            worth.c.per_points.label("worth_per_points"),
        )
    )


def says_no_markup(rows: Sequence[Row], offers: Sequence[Offer]) -> bool:
    """The reward wants to say so, and nothing stands against it at the prices of the reader."""
    if not rows[0].shows_no_markup:
        return False
    paid = [_as_paid(row, offer) for row, offer in zip(rows, offers, strict=True)]
    return no_markup_obstacle(paid) is None


def _as_paid(row: Row, offer: Offer) -> Margin:
    value = None
    if row.worth_minor is not None:
        per_points = row.worth_per_points
        value = PointValue(row.worth_country, row.market_currency, row.worth_minor, per_points)
    return Margin(
        variant_id=offer.variant_id,
        reward_id=offer.reward_id,
        sku=offer.sku,
        label=offer.variant_label,
        is_on_sale=offer.is_on_sale,
        points=offer.points,
        reference_minor=row.reference_minor,
        currency=row.market_currency,
        value=value,
    )


def _worth_most(at: datetime) -> sa.Subquery:
    """For each currency the country in which points are worth most today."""
    rate = PointValueRate
    age = sa.func.row_number().over(partition_by=rate.country, order_by=rate.valid_from.desc())
    aged = (
        sa.select(rate.country, rate.currency, rate.minor, rate.per_points, age.label("age"))
        .where(rate.valid_from <= at.date())
        .subquery()
    )
    worth = sa.cast(aged.c.minor, sa.Float) / aged.c.per_points
    by_worth = (worth.desc(), aged.c.country)
    place = sa.func.row_number().over(partition_by=aged.c.currency, order_by=by_worth)
    ranked = sa.select(aged, place.label("place")).where(aged.c.age == 1).subquery()
    return sa.select(ranked).where(ranked.c.place == 1).subquery()
