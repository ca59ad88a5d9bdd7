"""Variants at their current price, as one person may have them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.amounts import AmountRange, Rate
from catalog.audiences.queries import standing_asked, standing_columns
from catalog.details import details_of
from catalog.models import (
    UNITS_FREE,
    Departure,
    PriceVersion,
    Reward,
    Tier,
    Variant,
    VariantStock,
)
from catalog.offers import DepartureDates, Offer
from catalog.providers.models import SyncedBrand, SyncedItem, SyncedReward
from catalog.queries.audience import (
    AT,
    COUNTRY,
    READER,
    Reader,
    reader_in,
    rewards_published,
    rewards_seen,
)
from catalog.queries.rows import Row, Statement, at_most
from catalog.return_terms import FIELDS, terms_of
from catalog.states import VariantState
from marketplace.access.actor import Actor
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import rows_of, session
from marketplace.kernel.errors import NotFound

OUT_OF_SIGHT = "We can't find this reward. Your catalog shows everything open to you."


def offer(actor: Actor, variant_id: int, *, at: datetime) -> Offer:
    """One variant for one person. Raises NotFound when it is not theirs to see."""
    asked = offers_asked(actor, at) | {"variant_id": variant_id}
    for _, found in offers_in(rows_of(_one_offer(), asked), actor, at):
        return found
    raise NotFound(OUT_OF_SIGHT)


def price_everywhere(variant_id: int, *, at: datetime) -> PriceVersion | None:
    """The version of a variant's price that counts where no country has one of its own."""
    return session().scalar(_PRICE_EVERYWHERE, {"variant_id": variant_id, "at": at})


Moment = datetime | sa.BindParameter[Any]
Place = str | sa.ColumnElement[Any] | None

_Version = aliased(PriceVersion)


def current_price_id(at: Moment, country: Place = None) -> sa.ColumnElement[int]:
    """The version of a variant's price that counts at a moment, as `shelf.timeline.price_at`.

    The newest one begun that still holds; one for the country before one for everywhere.
    """
    everywhere = _newest_price(at, None)
    if country is None:
        return everywhere
    return sa.func.coalesce(_newest_price(at, country), everywhere)


def can_be_asked_for(at: datetime) -> sa.ColumnElement[bool]:
    """A variant on sale, beside its departure: the last day to ask has not passed."""
    in_time = sa.or_(Departure.cutoff_on.is_(None), Departure.cutoff_on >= at.date())
    return sa.and_(Variant.state == VariantState.ON_SALE, in_time)


def _newest_price(at: Moment, country: Place) -> sa.ScalarSelect[int]:
    version = _Version
    own = sa.case((version.points.is_not(None), version.id))
    return (
        sa.select(own)
        .where(
            version.variant_id == Variant.id,
            version.country.is_not_distinct_from(country),
            version.valid_from <= at,
            sa.or_(version.valid_until.is_(None), version.valid_until > at),
        )
        .order_by(version.valid_from.desc(), version.id.desc())
        .limit(at_most(1))
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
    Reward.approver_note,
    Reward.terms,
    Reward.art,
    Reward.no_gifts,
    Reward.audience_id,
    Reward.tier_id,
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
    Variant.range_to_minor,
    Variant.step_minor,
    Reward.details,
    PriceVersion.id.label("price_version_id"),
    PriceVersion.points,
    PriceVersion.rate_points,
    PriceVersion.rate_minor,
    UNITS_FREE.label("units_left"),
    VariantStock.last_taken_at,
    Departure.starts_on,
    Departure.ends_on,
    Departure.cutoff_on,
    Departure.place,
    Departure.country.label("destination"),
    Departure.min_group,
    *(getattr(Reward, name) for name in FIELDS),
    sa.select(SyncedItem.capabilities)
    .where(SyncedItem.variant_id == Variant.id)
    .limit(at_most(1))
    .correlate(Variant)
    .scalar_subquery()
    .label("capabilities"),
)


def offers_on_shelf(reader: Reader) -> Statement:
    """Every variant of the rewards a reader may see, with price, stock and departure."""
    price_id = current_price_id(reader.at, reader.actor.country)
    return _variants(price_id, _had_a_hand(reader)).where(*rewards_seen(reader))


@lru_cache(maxsize=1)
def offers_beside_standing() -> Statement:
    """The same whoever looks, beside where they stand: one statement, for few; see `offers_in`.

    `offers_asked` has the values that it leaves open.
    """
    variants = _variants(current_price_id(AT, COUNTRY), had_a_hand(READER, Reward))
    return variants.add_columns(*standing_columns()).where(*rewards_published(AT))


@lru_cache(maxsize=1)
def _one_offer() -> Statement:
    return offers_beside_standing().where(Variant.id == sa.bindparam("variant_id"))


def offers_asked(actor: Actor, at: datetime) -> dict[str, Any]:
    """The values that `offers_beside_standing` leaves open."""
    who = {"at": at, "reader": actor.employee_id, "reader_country": actor.country}
    return who | standing_asked(actor, at)


def offers_in(rows: Iterable[Row], actor: Actor, at: datetime) -> Iterator[tuple[Row, Offer]]:
    """Rows of `offers_beside_standing` that are theirs to see, each with its offer."""
    for row in rows:
        reader = reader_in(row, actor, at)
        if reader.standing.sees(row.audience_id, row.tier_id):
            yield row, offer_of(row, reader)


def _variants(price_id: sa.ColumnElement[int], is_own: sa.ColumnElement[bool]) -> Statement:
    return (
        sa.select(*_COLUMNS, is_own.label("is_own"))
        .join(Tier, Tier.id == Reward.tier_id)
        .join(Variant, Variant.reward_id == Reward.id)
        .join(PriceVersion, PriceVersion.id == price_id)
        .join(VariantStock, VariantStock.variant_id == Variant.id)
        .outerjoin(Departure, Departure.variant_id == Variant.id)
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
    "approver_note",
    "terms",
    "art",
    "photo",
    "no_gifts",
)
DECIDED_BY = (
    *(
        f"catalog.{deed}"
        for deed in (
            *("draft", "rewrite", "ask_details", "open_reward", "open_tier"),
            *("published", "schedule"),
            *("add_variant", "rename_variant", "offer_variant", "change_departure"),
            *("set_price", "set_worth", "set_cost", "set_capacity"),
        )
    ),
    "providers.set_terms",
    "providers.applying",  # somebody let through what was held
)
"""The deeds in the audit that decide what a reward costs, is worth, brings, or whom it is for.

Putting it on the shelf is one: a price that somebody took off it counts again.
"""


def _had_a_hand(reader: Reader) -> sa.ColumnElement[bool]:
    """Whether the reader did one of `DECIDED_BY`, whenever that was."""
    if reader.actor.employee_id is None:
        return sa.false()
    return had_a_hand(reader.actor.employee_id, Reward)


def had_a_hand(who: Any, reward: Any) -> sa.ColumnElement[bool]:
    """Whether somebody did one of `DECIDED_BY` to a reward, its tier, or the provider it is from.

    `reward` is the table of the statement, or another name of it.
    """
    subjects = (
        sa.literal("reward:") + sa.cast(reward.id, sa.Text),
        sa.literal("tier:") + sa.cast(reward.tier_id, sa.Text),
        sa.select(sa.literal("provider:") + sa.cast(SyncedBrand.provider_id, sa.Text))
        .join(SyncedReward, SyncedReward.brand_id == SyncedBrand.id)
        .where(SyncedReward.reward_id == reward.id)
        .correlate(reward)
        .scalar_subquery(),
    )
    found = sa.exists().where(
        AuditEntry.subject.in_(subjects),
        AuditEntry.actor_id == who,
        AuditEntry.action.in_(DECIDED_BY),
    )
    return found.correlate_except(AuditEntry)


def offer_of(found: Row, reader: Reader) -> Offer:
    """The offer in a row of `offers_on_shelf`."""
    departure = _departure_of(found)
    left, at = found.units_left, reader.at
    return Offer(
        **{name: getattr(found, name) for name in _AS_THEY_ARE},
        left=None if left is None else max(left, 0),
        departure=departure,
        lock=reader.standing.lock_of(found.audience_id, found.tier_id),
        amounts=_amounts_of(found),
        rate=rate_of(found),
        details=details_of(found.details),
        return_terms=terms_of(found.kind, found, found.capabilities),
        is_own=bool(found.is_own),
        is_on_sale=found.variant_state == VariantState.ON_SALE
        and (departure is None or at.date() <= departure.cutoff_on),
    )


_PRICE_EVERYWHERE = (
    sa.select(PriceVersion)
    .select_from(Variant)
    .join(PriceVersion, PriceVersion.id == current_price_id(sa.bindparam("at")))
    .where(Variant.id == sa.bindparam("variant_id"))
)


def rate_of(price: Row | PriceVersion) -> Rate | None:
    """What amounts of one's own choice cost by a version of a price."""
    points, minor = price.rate_points, price.rate_minor
    return Rate(points, minor) if points and minor else None


def _amounts_of(found: Row) -> AmountRange | None:
    if found.range_to_minor is None:
        return None
    return AmountRange(found.cash_minor, found.range_to_minor, found.step_minor, found.currency)


def _departure_of(found: Row) -> DepartureDates | None:
    if found.starts_on is None:
        return None
    return DepartureDates(
        starts_on=found.starts_on,
        ends_on=found.ends_on,
        cutoff_on=found.cutoff_on,
        place=found.place,
        min_group=found.min_group,
        country=found.destination,
    )
