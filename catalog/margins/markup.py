"""Price, cost and market price side by side, and what lies between them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.ledger.worth import Money, PointValue


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
    cost_minor: int | None = None
    reference_minor: int | None = None
    currency: str | None = None
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


def highest_markup(of: Sequence[Margin], name: str = "over_cost") -> int | None:
    """The largest `over_cost` or `over_market` of what is on sale; None when nothing is known."""
    known = [getattr(one, name) for one in of if one.is_on_sale]
    return max((percent for percent in known if percent is not None), default=None)
