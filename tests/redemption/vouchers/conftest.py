"""Maya with a gift card and a certificate, fulfilled."""

from dataclasses import dataclass

import pytest

from marketplace.access.actor import Actor
from tests.support.catalog import stock_certificate, stock_gift_card
from tests.support.redemption import House, ask_for, furnish


@dataclass(frozen=True, slots=True)
class Held:
    """What Maya has: the references of her gift card and her certificate."""

    house: House
    card: str
    paper: str

    @property
    def maya(self) -> Actor:
        return self.house.maya


@pytest.fixture
def held(at, queue) -> Held:
    house = furnish()
    card, paper = ask_for(house.maya, stock_gift_card()), ask_for(house.maya, stock_certificate())
    queue.run_due()
    return Held(house, card, paper)
