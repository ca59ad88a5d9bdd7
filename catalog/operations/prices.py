"""What variants cost: from now on, from a moment on, for a while, or in one country."""

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from catalog.amounts import Rate
from catalog.audiences.names import is_country
from catalog.models import PriceVersion, Variant
from catalog.operations.deeds import locked_variant, note_deed
from catalog.queries.offers import rate_of
from catalog.shelf.operations import refresh_listing
from marketplace.access.actor import Actor
from marketplace.kernel.db import LARGEST_AMOUNT, session
from marketplace.kernel.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPrice:
    """What a variant costs from `valid_from` (none: now) until `valid_until` (none: for good).

    After `valid_until` the price that held before holds again. `country` none means everywhere;
    `points` none ends the prices of a country of its own. `rate` none: amounts of one's own choice
    cost in proportion to the lowest.
    """

    points: int | None
    rate: Rate | None = None
    country: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None


def set_price(
    actor: Actor, variant_id: int, points: int, *, rate: Rate | None = None, at: datetime
) -> None:
    """From now on a variant costs `points`; what was asked for before keeps its price."""
    plan_price(actor, variant_id, NewPrice(points=points, rate=rate), at=at)


def plan_price(actor: Actor, variant_id: int, new: NewPrice, *, at: datetime) -> None:
    """Set a price from a moment on, for a period, or for one country.

    Raises BadInput for a moment that has passed, for a period that ends before it begins, and for
    what is no country: nobody would ever pay it.
    """
    if new.country is not None and not is_country(new.country):
        raise BadInput(
            f"“{new.country}” is no country code. Enter two letters such as GB. "
            "Nothing was changed."
        )
    variant = locked_variant(variant_id)
    begins = new.valid_from or at
    if begins < at:
        raise BadInput("A price can't begin in the past. Choose a moment from now on.")
    if new.valid_until is not None and new.valid_until <= begins:
        raise BadInput("The price ends before it begins. Choose a later end.")
    old, rate, ends = _price_of(variant_id, new.country, begins)
    is_same = old == new.points and new.rate in (None, rate)
    if is_same and ends is None and new.valid_until is None:
        return
    priced = put_price(actor, variant, replace(new, valid_from=begins))
    refresh_listing(variant.reward_id, at=at)
    facts = {"sku": variant.sku, "before": old, "after": new.points, "country": new.country}
    period = {"valid_from": new.valid_from, "valid_until": new.valid_until}
    facts |= {name: moment.isoformat() for name, moment in period.items() if moment}
    rates = {"rate_before": rate, "rate_after": rate_of(priced)}
    facts |= {name: [one.points, one.minor, variant.currency] for name, one in rates.items() if one}
    note_deed(actor, "catalog.set_price", variant.reward_id, at=at, **facts)


def _price_of(
    variant_id: int, country: str | None, at: datetime
) -> tuple[int | None, Rate | None, datetime | None]:
    """What a variant costs at a moment by the prices of exactly this country, or of everywhere.

    The points, the rate, and when that version ends by itself.
    """
    version = PriceVersion
    found = session().execute(
        sa.select(version.points, version.rate_points, version.rate_minor, version.valid_until)
        .where(
            version.variant_id == variant_id,
            version.country.is_not_distinct_from(country),
            version.valid_from <= at,
            sa.or_(version.valid_until.is_(None), version.valid_until > at),
        )
        .order_by(version.valid_from.desc(), version.id.desc())
        .limit(1)
    )
    price = found.one_or_none()
    return (
        (None, None, None) if price is None else (price.points, rate_of(price), price.valid_until)
    )


def put_price(actor: Actor, variant: Variant, new: NewPrice) -> PriceVersion:
    """Write one version; whoever calls it has looked whether it may begin then.

    Raises BadInput when the highest amount of a range would cost more than any balance can be.
    """
    rate, highest = new.rate, variant.range_to_minor
    if highest is not None and variant.cash_minor and new.points:
        rate = rate or Rate(new.points, variant.cash_minor)
        if (most := rate.price_of(highest)) > LARGEST_AMOUNT:
            raise BadInput(
                f"The highest amount would cost {most:,} points, more than any balance can be. "
                "Lower the price or the highest amount. Nothing was changed."
            )
    price = PriceVersion(
        variant_id=variant.id,
        country=new.country,
        points=new.points,
        rate_points=rate and rate.points,
        rate_minor=rate and rate.minor,
        valid_from=new.valid_from,
        valid_until=new.valid_until,
        set_by_id=actor.employee_id,
    )
    session().add(price)
    session().flush()
    return price
