"""What the catalog tests share: Maya, Omar and Priya as those who act."""

import pytest

from marketplace.access.actor import Actor
from tests.support.people import actor, employ_maya, employ_omar, employ_priya


@pytest.fixture
def maya(at) -> Actor:
    """Maya Chen of marketing in Lisbon, hired on 1 March 2023."""
    return actor(employ_maya())


@pytest.fixture
def omar(at) -> Actor:
    """Omar Haddad, Maya's manager."""
    return actor(employ_omar())


@pytest.fixture
def priya(at) -> Actor:
    """Priya Nair, who looks after the catalog."""
    return actor(employ_priya())
