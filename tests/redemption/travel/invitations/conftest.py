"""A trip for eight, Priya who plans it, and four people to invite."""

from dataclasses import dataclass

import pytest

from catalog.offers import Offer
from marketplace.access.actor import Actor
from tests.support.redemption import House, furnish
from tests.support.trips import stock_group_trip
from tests.support.waiting import somebody


@dataclass(frozen=True, slots=True)
class Club:
    """Lisbon in May with eight places; Maya, Ben, Cleo and Dara in this order."""

    house: House
    trip: Offer
    ben: Actor
    cleo: Actor
    dara: Actor

    @property
    def maya(self) -> Actor:
        return self.house.maya

    @property
    def priya(self) -> Actor:
        return self.house.priya

    @property
    def people(self) -> list[int]:
        return [who.id for who in (self.maya, self.ben, self.cleo, self.dara)]


@pytest.fixture
def club(at, queue) -> Club:
    house, trip = furnish(), stock_group_trip()
    names = ("Ben Osei", "Cleo Marsh", "Dara Novak")
    return Club(house, trip, *(somebody(name) for name in names))
