"""Variants at their current price, as one person may have them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.models import Departure, PriceVersion, Reward, Tier, Variant, VariantStock
from catalog.offers import DepartureDates, Offer
from catalog.queries.audience import on_shelf
from catalog.queries.rows import Row, Statement
from catalog.states import VariantState
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound


def offer(actor: Actor, variant_id: int, *, at: datetime) -> Offer:
    """One variant for one person. Raises NotFound when it is not theirs to see."""
    found = (
        session().execute(offers_on_shelf(actor, at).where(Variant.id == variant_id)).one_or_none()
    )
    if found is None:
        raise NotFound("We can't find this reward. Your catalog shows everything open to you.")
    return offer_of(found, at)


def current_price_id(at: datetime) -> sa.ScalarSelect[int]:
    """The version of a variant's price that holds at a moment: the newest one begun by then."""
    version = aliased(PriceVersion)
    return (
        sa.select(version.id)
        .where(version.variant_id == Variant.id, version.valid_from <= at)
        .order_by(version.valid_from.desc(), version.id.desc())
        .limit(1)
        .correlate(Variant)
        .scalar_subquery()
    )


_COLUMNS: tuple[Any, ...] = (
    Reward.id.label("reward_id"),
    Reward.slug,
    Reward.kind,
    Reward.name,
    Reward.note,
    Reward.summary,
    Reward.brand,
    Reward.limit_per_person,
    Reward.limit_period,
    Reward.lead_days,
    Reward.next_steps,
    Reward.terms,
    Reward.art,
    Reward.photo,
    Tier.slug.label("tier_slug"),
    Tier.name.label("tier_name"),
    Tier.hue.label("tier_hue"),
    Variant.id.label("variant_id"),
    Variant.sku,
    Variant.label.label("variant_label"),
    Variant.state.label("variant_state"),
    Variant.cash_minor,
    Variant.currency,
    Variant.attributes,
    PriceVersion.id.label("price_version_id"),
    PriceVersion.points,
    (VariantStock.capacity - VariantStock.reserved - VariantStock.sold).label("units_left"),
    VariantStock.last_taken_at,
    Departure.starts_on,
    Departure.ends_on,
    Departure.cutoff_on,
    Departure.place,
    Departure.min_group,
)


def offers_on_shelf(actor: Actor, at: datetime) -> Statement:
    """Every variant of the rewards an actor may see, with price, stock and departure."""
    return (
        sa.select(*_COLUMNS)
        .join(Tier, Tier.id == Reward.tier_id)
        .join(Variant, Variant.reward_id == Reward.id)
        .join(PriceVersion, PriceVersion.id == current_price_id(at))
        .join(VariantStock, VariantStock.variant_id == Variant.id)
        .outerjoin(Departure, Departure.variant_id == Variant.id)
        .where(*on_shelf(actor, at))
    )


_AS_THEY_ARE = (
    "variant_id",
    "reward_id",
    "slug",
    "sku",
    "kind",
    "name",
    "note",
    "summary",
    "brand",
    "variant_label",
    "attributes",
    "tier_slug",
    "tier_name",
    "tier_hue",
    "points",
    "price_version_id",
    "cash_minor",
    "currency",
    "limit_per_person",
    "limit_period",
    "lead_days",
    "last_taken_at",
    "next_steps",
    "terms",
    "art",
    "photo",
)


def offer_of(found: Row, at: datetime) -> Offer:
    """The offer in a row of `offers_on_shelf`."""
    departure = _departure_of(found)
    left = found.units_left
    return Offer(
        **{name: getattr(found, name) for name in _AS_THEY_ARE},
        left=None if left is None else max(left, 0),
        departure=departure,
        is_on_sale=found.variant_state == VariantState.ON_SALE
        and (departure is None or at.date() <= departure.cutoff_on),
    )


def _departure_of(found: Row) -> DepartureDates | None:
    if found.starts_on is None:
        return None
    return DepartureDates(
        starts_on=found.starts_on,
        ends_on=found.ends_on,
        cutoff_on=found.cutoff_on,
        place=found.place,
        min_group=found.min_group,
    )
