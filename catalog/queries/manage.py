"""What curators see: the whole shelf as a table, and one reward with its variants and changes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from catalog.models import Departure, PriceVersion, Reward, Tier, Variant, VariantStock
from catalog.queries.offers import current_price_id
from catalog.queries.rows import Row, Statement
from catalog.states import Kind, LimitPeriod, RewardState, Standing, VariantState, standing_of
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee

SHELF_PAGE = 50
LATEST_CHANGES = 30


@dataclass(frozen=True, slots=True)
class ShelfFilters:
    """What narrows the curator's table. `after` is the id of the last row seen."""

    state: RewardState | None = None
    tier: str | None = None
    kind: Kind | None = None
    after: int = 0


@dataclass(frozen=True, slots=True)
class ShelfRow:
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

    @property
    def left(self) -> int | None:
        """Units neither set aside nor gone."""
        return None if self.capacity is None else self.capacity - self.reserved - self.sold


@dataclass(frozen=True, slots=True)
class EditedVariant:
    """A variant as its curator sees it."""

    id: int
    sku: str
    label: str
    state: VariantState
    points: int
    cash_minor: int | None
    currency: str | None
    capacity: int | None
    reserved: int
    sold: int
    starts_on: date | None


@dataclass(frozen=True, slots=True)
class Change:
    """One deed on a reward: who (None: Laurel itself), what, when, with its details."""

    at: datetime
    who: str | None
    action: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RewardEditor:
    """A reward with everything a curator may change."""

    id: int
    slug: str
    kind: Kind
    state: RewardState
    name: str
    note: str
    summary: str
    story: str
    brand: str
    tier_slug: str
    art: dict[str, Any]
    included: list[str]
    terms: str
    next_steps: str
    lead_days: int
    limit_per_person: int | None
    limit_period: LimitPeriod | None
    is_featured: bool
    shows_no_markup: bool
    visible_from: datetime | None
    visible_until: datetime | None
    variants: tuple[EditedVariant, ...] = ()
    changes: tuple[Change, ...] = ()

    def standing(self, at: datetime) -> Standing:
        """Where it stands at a moment."""
        return standing_of(self.state, self.visible_from, self.visible_until, at)

    def variant(self, variant_id: int) -> EditedVariant:
        """One of its variants. Raises NotFound."""
        found = next((one for one in self.variants if one.id == variant_id), None)
        if found is None:
            raise NotFound("We can't find this amount, size or date.")
        return found


def tier_choices() -> list[tuple[str, str]]:
    """Slug and name of every tier, smallest first."""
    rows = session().execute(sa.select(Tier.slug, Tier.name).order_by(Tier.position))
    return [(row.slug, row.name) for row in rows]


def catalog_shelf(filters: ShelfFilters) -> list[ShelfRow]:
    """Rewards of any state, the newest first, one more than a page when there are more."""
    return _shelf_rows(_counted(filters).limit(SHELF_PAGE + 1))


def every_reward(filters: ShelfFilters) -> list[ShelfRow]:
    """All rewards that the filters leave, the newest first."""
    return _shelf_rows(_counted(filters))


def _shelf_rows(counted: Statement) -> list[ShelfRow]:
    totals = counted.subquery()
    rows = session().execute(
        sa.select(totals, Reward.art)
        .join(Reward, Reward.id == totals.c.id)
        .order_by(totals.c.id.desc())
    )
    return [_shelf_row(row) for row in rows]


def _counted(filters: ShelfFilters) -> Statement:
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
            Reward.lowest_points.label("points"),
            sa.func.count(Variant.id).label("variants"),
            sa.case((all_counted, sa.func.sum(stock.capacity)), else_=None).label("capacity"),
            sa.func.coalesce(sa.func.sum(stock.reserved), 0).label("reserved"),
            sa.func.coalesce(sa.func.sum(stock.sold), 0).label("sold"),
        )
        .join(Tier, Tier.id == Reward.tier_id)
        .outerjoin(Variant, on_sale)
        .outerjoin(stock, stock.variant_id == Variant.id)
        .where(*_chosen(filters))
        .group_by(Reward.id, Tier.id)
        .order_by(Reward.id.desc())
    )


def _shelf_row(row: Row) -> ShelfRow:
    values = {name: getattr(row, name) for name in ShelfRow.__dataclass_fields__}
    for name in ("capacity", "reserved", "sold"):
        values[name] = None if values[name] is None else int(values[name])
    return ShelfRow(**values)


def _chosen(filters: ShelfFilters) -> list[sa.ColumnElement[bool]]:
    asked = (
        (filters.state, Reward.state == filters.state),
        (filters.tier, Tier.slug == filters.tier),
        (filters.kind, Reward.kind == filters.kind),
        (filters.after, Reward.id < filters.after),
    )
    return [condition for value, condition in asked if value]


def reward_editor(slug: str, *, at: datetime) -> RewardEditor:
    """One reward for its curator. Raises NotFound."""
    own = [name for name in RewardEditor.__dataclass_fields__ if hasattr(Reward, name)]
    found = (
        session()
        .execute(
            sa.select(*(getattr(Reward, name) for name in own), Tier.slug.label("tier_slug"))
            .join(Tier, Tier.id == Reward.tier_id)
            .where(Reward.slug == slug)
        )
        .one_or_none()
    )
    if found is None:
        raise NotFound("We can't find this reward.")
    return RewardEditor(
        **found._asdict(), variants=_variants(found.id, at), changes=_changes(found.id)
    )


def _variants(reward_id: int, at: datetime) -> tuple[EditedVariant, ...]:
    rows = session().execute(
        sa.select(
            Variant.id,
            Variant.sku,
            Variant.label,
            Variant.state,
            PriceVersion.points,
            Variant.cash_minor,
            Variant.currency,
            VariantStock.capacity,
            VariantStock.reserved,
            VariantStock.sold,
            Departure.starts_on,
        )
        .select_from(Variant)
        .join(PriceVersion, PriceVersion.id == current_price_id(at))
        .join(VariantStock, VariantStock.variant_id == Variant.id)
        .outerjoin(Departure, Departure.variant_id == Variant.id)
        .where(Variant.reward_id == reward_id)
        .order_by(Variant.position, Variant.id)
    )
    return tuple(EditedVariant(*row) for row in rows)


def _changes(reward_id: int) -> tuple[Change, ...]:
    rows = session().execute(
        sa.select(AuditEntry.at, Employee.name, AuditEntry.action, AuditEntry.details)
        .outerjoin(Employee, Employee.id == AuditEntry.actor_id)
        .where(AuditEntry.subject == f"reward:{reward_id}")
        .order_by(AuditEntry.id.desc())
        .limit(LATEST_CHANGES)
    )
    return tuple(Change(*row) for row in rows)
