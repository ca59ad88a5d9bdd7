"""Cardhouse, where Maya's cards are ordered, simulated beside the tests."""

from collections.abc import Iterator

import pytest

from tests.support.ordering import Cardhouse, known_here, open_account, simulated
from tests.support.people import employ_ana
from tests.support.redemption import furnish


@pytest.fixture
def cardhouse(at, queue, monkeypatch) -> Iterator[Cardhouse]:
    known_here(monkeypatch)
    employ_ana()
    with simulated() as (simulator, address):
        house = furnish()
        yield Cardhouse(house, simulator, address, open_account(address))
