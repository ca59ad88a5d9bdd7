"""A group trip for the tests."""

from dataclasses import replace
from datetime import date
from typing import Any

from catalog.offers import DepartureDates, Offer
from catalog.queries import offer
from catalog.states import Kind
from catalog.trips.operations import set_terms
from catalog.trips.queries.planner import planned_trip
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from tests.support.catalog import IN_MAY, add_variant, stock_reward

IN_JUNE = replace(
    IN_MAY, starts_on=date(2027, 6, 10), ends_on=date(2027, 6, 13), cutoff_on=date(2027, 4, 30)
)


def stock_group_trip(
    name: str = "Lisbon together",
    *,
    points: int = 48_000,
    capacity: int | None = 8,
    departure: DepartureDates = IN_MAY,
    **text: Any,
) -> Offer:
    """Four days in Lisbon in May, for a group."""
    variant = {
        "label": "13 to 16 May 2027",
        "departure": departure,
        "cash_minor": 48_000,
        "currency": "EUR",
    }
    return stock_reward(
        name,
        kind=Kind.GROUP_TRIP,
        points=points,
        capacity=capacity,
        variant=variant,
        **{"tier": "voyager"} | text,
    )


def later_departure(trip: Offer, *, points: int = 48_000, capacity: int | None = 8) -> Offer:
    """The same trip once more in June."""
    facts = {"capacity": capacity, "departure": IN_JUNE}
    variant_id = add_variant(trip.reward_id, "10 to 13 June 2027", points, **facts)
    return offer(Actor.system(), variant_id, at=clock.now())


def with_terms(trip: Offer, **terms: Any) -> None:
    """Other terms of a trip; what is not named stays."""
    planned = planned_trip(trip.slug)
    wanted, at = replace(planned.terms, **terms), clock.now()
    with transaction():
        set_terms(Actor.system(), trip.reward_id, wanted, seen=planned.version, at=at)
