"""A backpack and a trip that are sold out, and people who would like one, or to go along."""

from dataclasses import dataclass

import pytest

from catalog.offers import Offer
from marketplace.access.actor import Actor
from marketplace.kernel.jobs import HANDLERS
from tests.support.catalog import stock_reward
from tests.support.redemption import House, ask_for, furnish, open_rewards_budget
from tests.support.trips import stock_group_trip, with_terms
from tests.support.waiting import somebody


@dataclass(frozen=True, slots=True)
class Line:
    """Maya has the only backpack, asked for as `taken`; Ben, Cleo and Dara want one."""

    house: House
    backpack: Offer
    taken: str
    ben: Actor
    cleo: Actor
    dara: Actor

    @property
    def maya(self) -> Actor:
        return self.house.maya


@pytest.fixture(autouse=True)
def _unfulfilled(monkeypatch):
    """Lines end where they are asked for: fulfillment has tests of its own."""
    monkeypatch.setitem(HANDLERS, "redemption.fulfill", lambda line_id: None)


@pytest.fixture
def line(at, queue) -> Line:
    house, backpack = furnish(), stock_reward(capacity=1)
    taken = ask_for(house.maya, backpack)
    names = ("Ben Osei", "Cleo Marsh", "Dara Novak")
    return Line(house, backpack, taken, *(somebody(name) for name in names))


@dataclass(frozen=True, slots=True)
class Outing:
    """Liam has all four places of a trip, asked for as `taken`; Ben, Cleo and Dara want to go.

    Each may bring three guests, and has points for five places.
    """

    house: House
    trip: Offer
    taken: str
    liam: Actor
    ben: Actor
    cleo: Actor
    dara: Actor


@pytest.fixture
def outing(at, queue) -> Outing:
    house = furnish(points=0)
    open_rewards_budget(2_000_000)
    trip = stock_group_trip(points=10_000, capacity=4)
    with_terms(trip, guests_most=3)
    liam = somebody("Liam Byrne")
    taken = ask_for(liam, trip, quantity=4)
    names = ("Ben Osei", "Cleo Marsh", "Dara Novak")
    return Outing(house, trip, taken, liam, *(somebody(name) for name in names))
