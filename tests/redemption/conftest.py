"""What tests of requests share."""

import pytest

from marketplace.access.roles import Role
from marketplace.kernel.jobs import HANDLERS
from tests.support.people import actor, employ
from tests.support.redemption import furnish


@pytest.fixture
def unfulfilled(monkeypatch):
    """Approved lines stay where they are: fulfillment has tests of its own."""
    monkeypatch.setitem(HANDLERS, "redemption.fulfill", lambda line_id: None)


@pytest.fixture
def house(at):
    """Maya, who asks, those who decide, and a budget for rewards."""
    return furnish()


@pytest.fixture
def maya(house, sign_in):
    return sign_in(house.maya.id)


@pytest.fixture
def omar(house, sign_in):
    return sign_in(house.omar.id)


@pytest.fixture
def ada(house):
    """Ada, who administers."""
    return actor(employ("Ada Kowalski", roles=(Role.ADMIN,)))
