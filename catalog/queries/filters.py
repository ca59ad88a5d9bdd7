"""What somebody asked the storefront for."""

from dataclasses import dataclass
from enum import StrEnum

from catalog.states import Kind
from marketplace.kernel.db import LARGEST_AMOUNT


class Sort(StrEnum):
    """In which order the cards stand."""

    MATCH = "match"
    REACH = "reach"
    PRICE_UP = "price_up"
    PRICE_DOWN = "price_down"
    NEWEST = "newest"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class StoreFilters:
    """The filters of an address. `after` is the cursor of the page before.

    `points_from` and `points_to` bound the price; none: without bound. With `is_exact` no other
    words than those of the query are looked for. `Sort.MATCH` means something with a query only.
    """

    kind: Kind | None = None
    tier: str | None = None
    within_reach: bool = False
    query: str = ""
    points_from: int | None = None
    points_to: int | None = None
    sort: Sort = Sort.REACH
    after: str = ""
    is_exact: bool = False

    @property
    def is_bare(self) -> bool:
        """Whether nothing narrows the shelf."""
        narrowed = self.kind or self.tier or self.within_reach or self.query
        return not narrowed and not self.has_prices

    @property
    def has_prices(self) -> bool:
        """Whether the price is bounded."""
        return self.points_from is not None or self.points_to is not None

    @property
    def lowest(self) -> int:
        """The least price that passes."""
        return self.points_from or 0

    @property
    def highest(self) -> int:
        """The greatest price that passes."""
        return LARGEST_AMOUNT if self.points_to is None else self.points_to


@dataclass(frozen=True, slots=True)
class Facet:
    """One value that narrows the shelf, and how many cards it would leave."""

    value: str
    label: str
    count: int
    is_chosen: bool
    hue: int | None = None
