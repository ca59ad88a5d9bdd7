"""One reward for its curator, with its variants and the latest changes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from catalog.amounts import Rate
from catalog.models import Departure, PriceVersion, Reward, Tier, Variant, VariantStock
from catalog.offers import DepartureDates
from catalog.queries.offers import current_price_id, rate_of
from catalog.queries.rows import Row
from catalog.return_terms import CancelUntil, Decider
from catalog.states import (
    Kind,
    LimitPeriod,
    RewardState,
    Scheduled,
    VariantState,
)
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee

LATEST_CHANGES = 8


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
    range_to_minor: int | None
    ends_on: date | None
    cutoff_on: date | None
    place: str | None
    min_group: int | None
    country: str | None
    rate: Rate | None = None  # of amounts of one's own choice; `points` is for the lowest

    @property
    def departure(self) -> DepartureDates:
        """Its dates. Raises NotFound for a variant that is no departure."""
        if self.starts_on is None or self.ends_on is None or self.cutoff_on is None:
            raise NotFound("We can't find this departure.")
        days = (self.starts_on, self.ends_on, self.cutoff_on)
        return DepartureDates(*days, self.place or "", self.min_group or 1, self.country)


@dataclass(frozen=True, slots=True)
class Change:
    """One deed on a reward: who (None: Laurel itself), what, when, with its details."""

    at: datetime
    who: str | None
    action: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RewardEditor(Scheduled):
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
    photo: dict[str, Any]
    included: list[str]
    terms: str
    next_steps: str
    approver_note: str
    details: list[dict[str, Any]]
    lead_days: int
    cancel_until: CancelUntil | None
    return_days: int | None
    return_percent: int | None
    return_condition: str
    returns_decided_by: Decider | None
    late_return: str
    limit_per_person: int | None
    limit_period: LimitPeriod | None
    is_featured: bool
    no_gifts: bool
    shows_no_markup: bool
    version: int
    visible_from: datetime | None
    visible_until: datetime | None
    variants: tuple[EditedVariant, ...] = ()
    changes: tuple[Change, ...] = ()

    def variant(self, variant_id: int) -> EditedVariant:
        """One of its variants. Raises NotFound."""
        found = next((one for one in self.variants if one.id == variant_id), None)
        if found is None:
            raise NotFound("We can't find this amount, size or date.")
        return found


@dataclass(frozen=True, slots=True)
class RewardHead:
    """Which reward a page is about."""

    id: int
    slug: str
    name: str
    state: RewardState
    audience_id: int | None


def reward_head(slug: str) -> RewardHead:
    """The reward at an address. Raises NotFound."""
    columns = (getattr(Reward, name) for name in RewardHead.__dataclass_fields__)
    found = session().execute(sa.select(*columns).where(Reward.slug == slug)).one_or_none()
    if found is None:
        raise NotFound("We can't find this reward.")
    return RewardHead(*found)


def reward_editor(slug: str, *, at: datetime, with_changes: bool = True) -> RewardEditor:
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
        **found._asdict(),
        variants=_variants(found.id, at),
        changes=_changes(found.id) if with_changes else (),
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
            Variant.range_to_minor,
            Departure.ends_on,
            Departure.cutoff_on,
            Departure.place,
            Departure.min_group,
            Departure.country,
            PriceVersion.rate_points,
            PriceVersion.rate_minor,
        )
        .select_from(Variant)
        .join(PriceVersion, PriceVersion.id == current_price_id(at))
        .join(VariantStock, VariantStock.variant_id == Variant.id)
        .outerjoin(Departure, Departure.variant_id == Variant.id)
        .where(Variant.reward_id == reward_id)
        .order_by(Variant.position, Variant.id)
    )
    return tuple(_variant(row) for row in rows)


def _variant(row: Row) -> EditedVariant:
    facts: tuple[Any, ...] = tuple(row)
    return EditedVariant(*facts[:-2], rate=rate_of(row))


def _changes(reward_id: int) -> tuple[Change, ...]:
    rows = session().execute(
        sa.select(AuditEntry.at, Employee.name, AuditEntry.action, AuditEntry.details)
        .outerjoin(Employee, Employee.id == AuditEntry.actor_id)
        .where(AuditEntry.subject == f"reward:{reward_id}")
        .order_by(AuditEntry.id.desc())
        .limit(LATEST_CHANGES)
    )
    return tuple(Change(*row) for row in rows)
