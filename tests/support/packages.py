"""A package for the tests: Porto in May, when Maya likes."""

from datetime import date
from typing import Any

from catalog.offers import Offer
from catalog.packages.operations import set_terms
from catalog.packages.terms import Blackout, PackageTerms
from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from tests.support.catalog import stock_reward

PORTO = PackageTerms(
    place="Porto",
    country="PT",
    nights_from=2,
    nights_to=5,
    travelers_most=2,
    notice_days=21,
    ahead_days=365,
    guarantee_days=30,
    blackouts=(Blackout(date(2027, 6, 20), date(2027, 6, 25), "Festival of the city"),),
)


def stock_package(
    name: str = "Porto for two",
    *,
    points: int = 40_000,
    capacity: int | None = None,
    terms: PackageTerms | None = PORTO,
    **text: Any,
) -> Offer:
    """A few nights in Porto for two, within the terms; without them nobody can ask yet."""
    found = stock_reward(
        name,
        kind=Kind.INDIVIDUAL_TRAVEL,
        points=points,
        capacity=capacity,
        variant={"label": "Double room", "cash_minor": 40_000, "currency": "EUR"},
        **{"tier": "voyager"} | text,
    )
    if terms is not None:
        with transaction():
            set_terms(Actor.system(), found.reward_id, terms, seen=0, at=clock.now())
    return found
