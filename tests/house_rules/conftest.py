"""House rules look at whole houses."""

import pytest

from tests.house_rules.walk import WALKERS, Stop, Walk
from tests.support.house_fixtures import house, houses, small_house, small_houses

__all__ = ["house", "houses", "small_house", "small_houses"]


@pytest.fixture(scope="session")
def stops(small_houses) -> list[Stop]:
    """What every persona comes by in a told house on SQLite; nobody changes anything there."""
    with small_houses.told() as house:
        return Walk(house).go(WALKERS)
