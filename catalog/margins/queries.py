"""Price, cost and market price side by side, and what lies between them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.margins.models import VariantCost
from catalog.models import PriceVersion, Variant
from catalog.queries.offers import current_price_id
from catalog.states import VariantState
from marketplace.kernel.db import in_batches, session
from marketplace.kernel.parsing import currency_places
from marketplace.ledger.queries import Money, PointValue, highest_point_values


@dataclass(frozen=True, slots=True)
class Margin:
    """One variant: its price in points, what they are worth, its cost and its market price.

    Points are valued where they are worth most in the currency of the cost, so that a markup is
    never made small by the choice of a country; without a cost, in that of the face value. `value`
    says where, and is none where nobody has said what points are worth.
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

    @property
    def valued_in(self) -> str:
        """The currency in which its price is told; empty where there is none."""
        return self.currency or self.face_currency or ""

    @property
    def worth(self) -> Money | None:
        """The price in points as money."""
        return self.value and self.value.worth(self.points)

    @property
    def over_cost(self) -> int | None:
        """Percent of the price above (or below 0: below) the cost; None when it can't be said."""
        return _markup(self.worth, self.cost_minor)

    @property
    def over_market(self) -> int | None:
        """Percent of the price above (or below) the market price; None when it can't be said."""
        return _markup(self.worth, self.reference_minor)

    @property
    def is_above_market(self) -> bool:
        """Whether somebody pays more here than elsewhere, be it a cent."""
        worth = self.worth
        return not (worth and self.reference_minor is not None) or worth.minor > (
            self.reference_minor or 0
        )


def _markup(worth: Money | None, base: int | None) -> int | None:
    if worth is None or not base:
        return None
    doubled = 2 * 100 * (worth.minor - base) + base  # half a percent is rounded up
    return doubled // (2 * base)


def margins(reward_ids: Sequence[int], *, at: datetime) -> dict[int, list[Margin]]:
    """The margins of some rewards' variants, in their order."""
    found = [margin for batch in in_batches(reward_ids) for margin in _margins(batch, at)]
    values = highest_point_values({one.valued_in for one in found}, at=at)
    by_reward: dict[int, list[Margin]] = {reward_id: [] for reward_id in reward_ids}
    for one in found:
        value = values.get(one.valued_in)
        by_reward[one.reward_id].append(_valued(one, value))
    return by_reward


def _valued(margin: Margin, value: PointValue | None) -> Margin:
    facts = {name: getattr(margin, name) for name in Margin.__dataclass_fields__}
    return Margin(**{**facts, "value": value})


def _margins(reward_ids: Sequence[int], at: datetime) -> Iterable[Margin]:
    rows = session().execute(
        sa.select(
            Variant.id,
            Variant.reward_id,
            Variant.sku,
            Variant.label,
            (Variant.state == VariantState.ON_SALE).label("is_on_sale"),
            PriceVersion.points,
            VariantCost.cost_minor,
            VariantCost.reference_minor,
            VariantCost.currency,
            Variant.currency.label("face_currency"),
        )
        .select_from(Variant)
        .join(PriceVersion, PriceVersion.id == current_price_id(at))
        .outerjoin(VariantCost, VariantCost.variant_id == Variant.id)
        .where(Variant.reward_id.in_(reward_ids))
        .order_by(Variant.reward_id, Variant.position, Variant.id)
    )
    return (Margin(*row) for row in rows)


def highest_markup(of: Sequence[Margin], name: str = "over_cost") -> int | None:
    """The largest `over_cost` or `over_market` of what is on sale; None when nothing is known."""
    known = [getattr(one, name) for one in of if one.is_on_sale]
    return max((percent for percent in known if percent is not None), default=None)


def amount_text(minor: int | None, currency: str | None) -> str | None:
    """Minor units as they are written: 4150 EUR is 41.50."""
    if minor is None or currency is None:
        return None
    places = currency_places(currency)
    whole, rest = divmod(minor, 10**places)
    return f"{whole}.{rest:0{places}}" if places else f"{whole}"
