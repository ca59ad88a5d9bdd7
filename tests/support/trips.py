"""A group trip for the tests."""

from typing import Any

from catalog.offers import DepartureDates, Offer
from catalog.states import Kind
from tests.support.catalog import IN_MAY, stock_reward


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
