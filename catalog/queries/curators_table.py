"""The curator's table: rewards of any state, narrowed by views, words and filters."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from catalog.models import PriceVersion, Reward, Tier, Variant, VariantStock
from catalog.queries.offers import current_price_id
from catalog.queries.rows import Row, Statement
from catalog.states import (
    Kind,
    RewardState,
    Scheduled,
    VariantState,
)
from marketplace.kernel.db import session

SHELF_PAGE = 50
LOW_STOCK = 5


class ShelfView(StrEnum):
    """The views of the curator's table; all is everything but discarded drafts."""

    ALL = ""
    DRAFT = "draft"
    PUBLISHED = "published"
    SCHEDULED = "scheduled"
    ENDED = "ended"
    RETIRED = "retired"
    SOLD_OUT = "sold-out"
    LOW_STOCK = "low-stock"
    DISCARDED = "discarded"

    @property
    def label(self) -> str:
        """The view in words."""
        return _VIEW_LABELS.get(self, self.value.capitalize())


_VIEW_LABELS = {
    ShelfView.ALL: "All",
    ShelfView.DRAFT: "Drafts",
    ShelfView.SOLD_OUT: "Sold out",
    ShelfView.LOW_STOCK: "Low stock",
}


@dataclass(frozen=True, slots=True)
class ShelfFilters:
    """What narrows the curator's table; `words` are in a name, an address or a stock number.

    `after` is the id of the last row seen.
    """

    view: ShelfView = ShelfView.ALL
    words: str = ""
    tier: str | None = None
    kind: Kind | None = None
    after: int = 0


@dataclass(frozen=True, slots=True)
class ShelfRow(Scheduled):
    """One reward in the curator's table. `left` and `capacity` none mean plenty."""

    id: int
    slug: str
    name: str
    kind: Kind
    state: RewardState
    tier_name: str
    tier_hue: int
    points: int | None
    variants: int
    capacity: int | None
    reserved: int
    sold: int
    art: dict[str, Any]
    brand: str
    visible_from: datetime | None
    visible_until: datetime | None

    @property
    def left(self) -> int | None:
        """Units neither set aside nor gone."""
        return None if self.capacity is None else self.capacity - self.reserved - self.sold

    @property
    def without_price(self) -> str:
        """What stands where there are no `points`."""
        return "No price yet" if self.state is RewardState.DRAFT else "Nothing on sale"


def tier_choices() -> list[tuple[str, str]]:
    """Slug and name of every tier, smallest first."""
    rows = session().execute(sa.select(Tier.slug, Tier.name).order_by(Tier.position))
    return [(row.slug, row.name) for row in rows]


def catalog_shelf(filters: ShelfFilters, *, at: datetime) -> list[ShelfRow]:
    """Rewards of any state, the newest first, one more than a page when there are more."""
    return _shelf_rows(_counted(filters, at).limit(SHELF_PAGE + 1))


def every_reward(filters: ShelfFilters, *, at: datetime) -> list[ShelfRow]:
    """All rewards that the filters leave, the newest first."""
    return _shelf_rows(_counted(filters, at))


def _shelf_rows(counted: Statement) -> list[ShelfRow]:
    totals = counted.subquery()
    rows = session().execute(
        sa.select(totals, Reward.art, Reward.brand, Reward.visible_from, Reward.visible_until)
        .join(Reward, Reward.id == totals.c.id)
        .order_by(totals.c.id.desc())
    )
    return [_shelf_row(row) for row in rows]


def _counted(filters: ShelfFilters, at: datetime) -> Statement:
    stock = VariantStock
    all_counted = sa.func.count(stock.variant_id) == sa.func.count(stock.capacity)
    on_sale = sa.and_(Variant.reward_id == Reward.id, Variant.state == VariantState.ON_SALE)
    return (
        sa.select(
            Reward.id,
            Reward.slug,
            Reward.name,
            Reward.kind,
            Reward.state,
            Tier.name.label("tier_name"),
            Tier.hue.label("tier_hue"),
            _lowest_price(at).label("points"),
            sa.func.count(Variant.id).label("variants"),
            sa.case((all_counted, sa.func.sum(stock.capacity)), else_=None).label("capacity"),
            sa.func.coalesce(sa.func.sum(stock.reserved), 0).label("reserved"),
            sa.func.coalesce(sa.func.sum(stock.sold), 0).label("sold"),
        )
        .join(Tier, Tier.id == Reward.tier_id)
        .outerjoin(Variant, on_sale)
        .outerjoin(stock, stock.variant_id == Variant.id)
        .where(*chosen(filters, at))
        .group_by(Reward.id, Tier.id)
        .order_by(Reward.id.desc())
    )


def _lowest_price(at: datetime) -> sa.ScalarSelect[int]:
    """The lowest price of a reward's variants on sale, where no country has its own."""
    return (
        sa.select(sa.func.min(PriceVersion.points))
        .select_from(Variant)
        .join(PriceVersion, PriceVersion.id == current_price_id(at))
        .where(Variant.reward_id == Reward.id, Variant.state == VariantState.ON_SALE)
        .correlate(Reward)
        .scalar_subquery()
    )


def _shelf_row(row: Row) -> ShelfRow:
    values = {name: getattr(row, name) for name in ShelfRow.__dataclass_fields__}
    for name in ("capacity", "reserved", "sold"):
        values[name] = None if values[name] is None else int(values[name])
    return ShelfRow(**values)


def chosen(filters: ShelfFilters, at: datetime) -> list[sa.ColumnElement[bool]]:
    """The conditions on rewards (joined with their tier) that the filters stand for."""
    asked = (
        (True, _in_view(filters.view, at)),
        (filters.words, _has_words(filters.words)),
        (filters.tier, Tier.slug == filters.tier),
        (filters.kind, Reward.kind == filters.kind),
        (filters.after, Reward.id < filters.after),
    )
    return [condition for value, condition in asked if value]


def _has_words(words: str) -> sa.ColumnElement[bool]:
    stock_number = (
        sa.exists()
        .where(Variant.reward_id == Reward.id, Variant.sku.icontains(words, autoescape=True))
        .correlate(Reward)
    )
    columns = (Reward.name, Reward.brand, Reward.slug)
    found = (column.icontains(words, autoescape=True) for column in columns)
    return sa.or_(*found, stock_number)


def _in_view(view: ShelfView, at: datetime) -> sa.ColumnElement[bool]:
    begun = sa.or_(Reward.visible_from.is_(None), Reward.visible_from <= at)
    ended = sa.and_(Reward.visible_until.is_not(None), Reward.visible_until <= at)
    published = Reward.state == RewardState.PUBLISHED
    return {
        ShelfView.ALL: lambda: Reward.state != RewardState.DISCARDED,
        ShelfView.DRAFT: lambda: Reward.state == RewardState.DRAFT,
        ShelfView.PUBLISHED: lambda: sa.and_(published, begun, ~ended),
        ShelfView.SCHEDULED: lambda: sa.and_(published, ~begun, ~ended),
        ShelfView.ENDED: lambda: sa.and_(published, ended),
        ShelfView.RETIRED: lambda: Reward.state == RewardState.RETIRED,
        ShelfView.SOLD_OUT: lambda: sa.and_(published, ~_has_left(1, None)),
        ShelfView.LOW_STOCK: lambda: sa.and_(published, _has_left(0, LOW_STOCK)),
        ShelfView.DISCARDED: lambda: Reward.state == RewardState.DISCARDED,
    }[view]()


def _has_left(low: int, high: int | None) -> sa.ColumnElement[bool]:
    """Whether of any variant on sale so many are left; without a limit there are always enough."""
    stock = VariantStock
    left = stock.capacity - stock.reserved - stock.sold
    enough = left.between(low, high) if high is not None else left >= low
    return (
        sa.exists()
        .where(
            Variant.reward_id == Reward.id,
            Variant.state == VariantState.ON_SALE,
            stock.variant_id == Variant.id,
            enough if high is not None else sa.or_(stock.capacity.is_(None), enough),
        )
        .correlate(Reward)
    )
