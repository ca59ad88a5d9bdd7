"""Price, cost and market price side by side, and what lies between them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.margins.models import VariantCost
from catalog.models import Departure, PriceVersion, Variant
from catalog.queries.offers import can_be_asked_for, current_price_id
from marketplace.kernel.db import in_batches, session
from marketplace.ledger.queries import Money, PointValue, point_values_in


@dataclass(frozen=True, slots=True)
class Margin:
    """One variant: its price in points, what they are worth, its cost and its market price.

    `points` is the price everywhere. It is valued where those of its country's price are worth most
    in the currency of the cost, so that a markup is never made small by the choice of a country;
    without a cost, in that of the face value. `value` says where, and `points_there` how many it
    costs there; both are none where nobody has said what points are worth.
    """

    variant_id: int
    reward_id: int
    sku: str
    label: str
    is_on_sale: bool
    points: int
    cost_minor: int | None
    reference_minor: int | None
    currency: str | None
    face_currency: str | None = None
    value: PointValue | None = None
    points_there: int | None = None

    @property
    def valued_in(self) -> str:
        """The currency in which its price is told; empty where there is none."""
        return self.currency or self.face_currency or ""

    @property
    def worth(self) -> Money | None:
        """The price in points as money."""
        return self.value and self.value.worth(self.points_there or self.points)

    @property
    def over_cost(self) -> int | None:
        """Percent of the price above (or below 0: below) the cost; None when it can't be said."""
        return _markup(self.worth, self.cost_minor)

    @property
    def over_market(self) -> int | None:
        """Percent of the price above (or below) the market price; None when it can't be said."""
        return _markup(self.worth, self.reference_minor)

    @property
    def is_at_most_market(self) -> bool:
        """Whether nobody pays a cent more here than elsewhere; not when that can't be said."""
        worth, market = self.worth, self.reference_minor
        return worth is not None and market is not None and worth.minor <= market


def _markup(worth: Money | None, base: int | None) -> int | None:
    if worth is None or not base:
        return None
    doubled = 2 * 100 * (worth.minor - base) + base  # half a percent is rounded up
    return doubled // (2 * base)


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
            Variant.id,
            Variant.reward_id,
            Variant.sku,
            Variant.label,
            can_be_asked_for(at).label("is_on_sale"),
            PriceVersion.points,
            VariantCost.cost_minor,
            VariantCost.reference_minor,
            VariantCost.currency,
            Variant.currency.label("face_currency"),
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
        facts: tuple[Any, ...] = tuple(row)
        _, prices = found.setdefault(row.id, (Margin(*facts[2:]), {}))
        prices[row.own_country] = row.own_points
    return list(found.values())


def highest_markup(of: Sequence[Margin], name: str = "over_cost") -> int | None:
    """The largest `over_cost` or `over_market` of what is on sale; None when nothing is known."""
    known = [getattr(one, name) for one in of if one.is_on_sale]
    return max((percent for percent in known if percent is not None), default=None)
