"""Lisbon in May for Maya, with a plan of three things and the time there."""

from dataclasses import dataclass
from datetime import datetime, time

import pytest

from catalog.trips import operations as planning
from catalog.trips.plan import NewItem
from catalog.trips.states import ItemKind
from marketplace.kernel.db import session, transaction
from redemption.travel.pocket.queries.own import Pocket, my_pocket
from tests.redemption.travel.invitations.conftest import Club, club
from tests.support.invitations import accept, invite

__all__ = ["club"]

TRAM = NewItem(
    day=2,
    kind=ItemKind.ACTIVITY,
    name="Tram 28",
    starts_at=time(10),
    ends_at=time(12, 30),
    place="Graça",
)
DINNER = NewItem(day=1, kind=ItemKind.MEAL, name="Dinner", starts_at=time(19, 30))
FREE = NewItem(day=2, kind=ItemKind.FREE, name="The morning is yours")


@dataclass(frozen=True, slots=True)
class Journey:
    """Maya goes; `reference` is her booking."""

    club: Club
    reference: str
    tram: int
    dinner: int
    free: int

    @property
    def maya(self):
        return self.club.maya

    @property
    def priya(self):
        return self.club.priya

    @property
    def variant_id(self) -> int:
        return self.club.trip.variant_id

    def plan(self, deed, *arguments, at: datetime):
        """Priya changes the plan."""
        with transaction():
            return deed(self.priya, self.variant_id, *arguments, at=at)

    def read(self, at: datetime) -> Pocket:
        """What Maya reads at a moment."""
        session().close()
        return my_pocket(self.maya, self.reference, at=at)


@pytest.fixture
def journey(club, time) -> Journey:
    """Planned on Monday; Maya accepts a minute later, and time goes on by an hour."""
    with transaction():
        kept = (club.priya, club.trip.variant_id)
        ids = [planning.add_item(*kept, new, at=time()) for new in (TRAM, DINNER, FREE)]
        planning.set_zone(*kept, "Europe/Lisbon", at=time())
    time.forward(minutes=1)
    invite(club.priya, club.trip, [club.maya.id], guests=1)
    reference = accept(club.maya, guests=1)
    time.forward(hours=1)
    return Journey(club, reference, *ids)
