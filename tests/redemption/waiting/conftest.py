"""A backpack that is sold out, and people who would like one."""

from dataclasses import dataclass

import pytest

from catalog.offers import Offer
from marketplace.access.actor import Actor
from marketplace.kernel.jobs import HANDLERS
from tests.support.catalog import stock_reward
from tests.support.redemption import House, ask_for, furnish
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
