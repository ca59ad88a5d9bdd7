"""Maya's parcel and trip on Ana's desk."""

from dataclasses import dataclass

import pytest

from marketplace.access.actor import Actor
from tests.support.catalog import stock_lisbon_trip, stock_reward
from tests.support.people import actor, employ_ana
from tests.support.redemption import (
    House,
    approve,
    ask_for,
    furnish,
    open_rewards_budget,
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Ana, and the references of what Maya asked for."""

    house: House
    ana: Actor
    parcel: str
    trip: str

    @property
    def maya(self) -> Actor:
        return self.house.maya


@pytest.fixture
def desk(at, queue, time) -> Desk:
    house, ana = furnish(), actor(employ_ana())
    open_rewards_budget(200_000)
    parcel = ask_for(house.maya, stock_reward(capacity=3))
    trip = ask_for(house.maya, stock_lisbon_trip())
    for approver in (house.omar, house.wei):
        approve(approver, trip)
        time.forward(seconds=31)
        queue.run_due()
    return Desk(house, ana, parcel, trip)
