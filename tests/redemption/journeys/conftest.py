"""Maya may ask for Porto; Lena stands in for her; Ana is the travel desk."""

from dataclasses import dataclass

import pytest

from catalog.offers import Offer
from marketplace.access.actor import Actor
from tests.support.packages import stock_package
from tests.support.people import actor, employ, employ_ana
from tests.support.redemption import House, furnish


@dataclass(frozen=True, slots=True)
class Travel:
    """Who asks, decides, stands in and books, and the package."""

    house: House
    lena: Actor
    ana: Actor
    porto: Offer

    @property
    def maya(self) -> Actor:
        return self.house.maya

    @property
    def omar(self) -> Actor:
        return self.house.omar

    @property
    def wei(self) -> Actor:
        return self.house.wei


@pytest.fixture
def travel(at, queue) -> Travel:
    house = furnish(points=100_000)
    lena = actor(employ("Lena Novak"))
    return Travel(house, lena, actor(employ_ana()), stock_package(capacity=2))
