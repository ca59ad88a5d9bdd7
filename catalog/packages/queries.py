"""The terms of packages, for who asks, who sells and who plans."""

from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import sqlalchemy as sa

from catalog.models import Departure, Reward, Variant
from catalog.offers import Offer
from catalog.packages.models import TravelPackage
from catalog.packages.terms import PackageTerms, blackouts_of
from catalog.states import Kind, RewardState
from marketplace.kernel.db import rows_of, session
from marketplace.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Package:
    """The terms of one package, in the version that was read."""

    terms: PackageTerms
    version: int


def asks_for_dates(offer: Offer) -> bool:
    """Whether somebody chooses the dates: a trip of one's own that leaves on none by itself."""
    return offer.kind is Kind.INDIVIDUAL_TRAVEL and offer.departure is None


def package_of(offer: Offer) -> Package | None:
    """The terms of what is offered; None where nobody chooses dates, or nobody has set them."""
    if not asks_for_dates(offer):
        return None
    found = rows_of(_one(), {"reward": offer.reward_id})
    return _package(found[0]) if found else None


@cache
def _one() -> sa.Select[Any]:
    return sa.select(*sa.inspect(TravelPackage).columns).where(
        TravelPackage.reward_id == sa.bindparam("reward")
    )


def _package(row: Any) -> Package:
    said = {one.name: getattr(row, one.name) for one in fields(PackageTerms)}
    said["blackouts"] = blackouts_of(row.blackouts)
    return Package(PackageTerms(**said), row.version)


@dataclass(frozen=True, slots=True)
class ManagedPackage:
    """One trip of one's own as its manager sees it. `package` none: nobody has set its terms."""

    reward_id: int
    slug: str
    name: str
    state: RewardState
    package: Package | None
    departures: int

    @property
    def version(self) -> int:
        """The version of the terms; 0 before the first."""
        return self.package.version if self.package else 0


def managed_packages() -> list[ManagedPackage]:
    """Every trip of one's own that was not discarded and has no departures, by name."""
    return [one for one in _managed() if one.package or not one.departures]


def managed_package(slug: str) -> ManagedPackage:
    """One trip of one's own. Raises NotFound."""
    found = _managed(Reward.slug == slug)
    if not found:
        raise NotFound("We can't find this package. The list shows every package there is.")
    return found[0]


def _managed(*which: sa.ColumnElement[bool]) -> list[ManagedPackage]:
    departures = (
        sa.select(sa.func.count())
        .select_from(Departure)
        .join(Variant, Variant.id == Departure.variant_id)
        .where(Variant.reward_id == Reward.id)
        .correlate(Reward)
        .scalar_subquery()
    )
    rows = session().execute(
        sa.select(
            Reward.id,
            Reward.slug,
            Reward.name,
            Reward.state,
            TravelPackage,
            departures.label("departures"),
        )
        .outerjoin(TravelPackage, TravelPackage.reward_id == Reward.id)
        .where(Reward.kind == Kind.INDIVIDUAL_TRAVEL, Reward.state != RewardState.DISCARDED, *which)
        .order_by(Reward.name)
    )
    return [
        ManagedPackage(
            row.id,
            row.slug,
            row.name,
            row.state,
            _package(row.TravelPackage) if row.TravelPackage else None,
            row.departures,
        )
        for row in rows
    ]
