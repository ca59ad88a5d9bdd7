"""What curators see: the whole shelf as a table, and one reward with its variants and changes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.models import Departure, PriceVersion, Reward, Tier, Variant, VariantStock
from catalog.queries.offers import current_price_id
from catalog.queries.rows import Row
from catalog.states import Kind, RewardState, VariantState
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee

PAGE_SIZE = 50
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
    starts_on: Any


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

    reward: Reward
    tier_slug: str
    variants: tuple[EditedVariant, ...]
    changes: tuple[Change, ...]


def tier_choices() -> list[tuple[str, str]]:
    """Slug and name of every tier, smallest first."""
    rows = session().execute(sa.select(Tier.slug, Tier.name).order_by(Tier.position))
    return [(row.slug, row.name) for row in rows]


def catalog_shelf(filters: ShelfFilters) -> list[ShelfRow]:
    """Rewards of any state by id, one more than a page when there are more."""
    stock = VariantStock
    statement = (
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
            sa.case(
                (
                    sa.func.count(stock.variant_id) == sa.func.count(stock.capacity),
                    sa.func.sum(stock.capacity),
                ),
                else_=None,
            ).label("capacity"),
            sa.func.coalesce(sa.func.sum(stock.reserved), 0).label("reserved"),
            sa.func.coalesce(sa.func.sum(stock.sold), 0).label("sold"),
            Tier.position,
        )
        .join(Tier, Tier.id == Reward.tier_id)
        .outerjoin(
            Variant, sa.and_(Variant.reward_id == Reward.id, Variant.state == VariantState.ON_SALE)
        )
        .outerjoin(stock, stock.variant_id == Variant.id)
        .where(*_chosen(filters))
        .group_by(Reward.id, Tier.id)
        .order_by(Reward.id.desc())
        .limit(PAGE_SIZE + 1)
        .subquery()
    )
    rows = session().execute(
        sa.select(statement, Reward.art)
        .join(Reward, Reward.id == statement.c.id)
        .order_by(statement.c.id.desc())
    )
    return [_shelf_row(row) for row in rows]


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
    found = (
        session()
        .execute(
            sa.select(Reward, Tier.slug)
            .join(Tier, Tier.id == Reward.tier_id)
            .where(Reward.slug == slug)
        )
        .one_or_none()
    )
    if found is None:
        raise NotFound("We can't find this reward.")
    reward, tier_slug = found
    return RewardEditor(reward, tier_slug, _variants(reward.id, at), _changes(reward.id))


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
