"""Maya's backpack lies on Ana's desk, and there is none to send."""

from dataclasses import dataclass

import pytest

from catalog.offers import Offer
from marketplace.access.actor import Actor
from tests.support.catalog import stock_reward
from tests.support.people import actor, employ_ana
from tests.support.redemption import House, ask_for, furnish


@dataclass(frozen=True, slots=True)
class Desk:
    """Ana, what Maya asked for as `reference`, and a watch and a bicycle she could take instead."""

    house: House
    ana: Actor
    backpack: Offer
    watch: Offer
    bicycle: Offer
    reference: str

    @property
    def maya(self) -> Actor:
        return self.house.maya


@pytest.fixture
def desk(at, queue) -> Desk:
    house, ana = furnish(points=10_000), actor(employ_ana())
    backpack = stock_reward(capacity=3)
    watch = stock_reward("Field watch", points=8_000, capacity=2)
    bicycle = stock_reward("Bicycle", points=9_500)
    reference = ask_for(house.maya, backpack)
    queue.run_due()
    return Desk(house, ana, backpack, watch, bicycle, reference)
