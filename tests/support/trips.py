"""A group trip for the tests."""

from dataclasses import replace
from datetime import date
from typing import Any

from catalog.offers import DepartureDates, Offer
from catalog.states import Kind
from tests.support.catalog import IN_MAY, add_variant, stock_reward


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


IN_JUNE = replace(
    IN_MAY, starts_on=date(2027, 6, 10), ends_on=date(2027, 6, 13), cutoff_on=date(2027, 4, 30)
)


def later_departure(trip: Offer, *, capacity: int = 2) -> int:
    """The same trip in June; the id of its variant."""
    return add_variant(
        trip.reward_id,
        "10 to 13 June 2027",
        48_000,
        capacity=capacity,
        departure=IN_JUNE,
        cash_minor=48_000,
        currency="EUR",
    )
