"""Lisbon in May: Maya goes and brings a guest, Priya plans it."""

import pytest

from tests.redemption.travel.invitations.conftest import Club
from tests.redemption.travel.invitations.conftest import club as club  # noqa: PLC0414  a fixture
from tests.support.registration import go, plan_trip


@pytest.fixture
def items(club: Club) -> list[int]:
    """An old tram with two seats, a fado evening with three, and tiles for everyone."""
    return plan_trip(club.priya, club.trip.variant_id)


@pytest.fixture
def booking(club: Club, items) -> str:
    """Maya's booking, with a guest."""
    return go(club.priya, club.trip, club.maya)
