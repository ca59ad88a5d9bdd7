"""Maya, whose passport it is, Priya, who plans trips, and Jonas, who does neither."""

from dataclasses import dataclass

import pytest

from marketplace.access.actor import Actor
from tests.support.people import actor, employ, employ_maya, employ_priya
from tests.support.vault import everything_of, traveler


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is who."""

    maya: Actor
    priya: Actor
    jonas: Actor


@pytest.fixture
def cast(at, queue) -> Cast:
    maya, priya, jonas = employ_maya(), employ_priya(), employ("Jonas Lind")
    return Cast(actor(maya), actor(priya), actor(jonas))


@pytest.fixture
def trip(cast) -> int:
    """Maya's subject: she has a trip, and has entered nothing yet."""
    return traveler(cast.maya)


@pytest.fixture
def kept(cast) -> int:
    """Maya's subject with passport and needs."""
    return everything_of(cast.maya)
