"""Lisbon is over: Maya and a guest, Ben, Cleo and Dara had places on it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from marketplace.access.actor import Actor
from marketplace.kernel.db import transaction
from redemption.travel.after.jobs import close_trips
from redemption.travel.after.operations.answering import answer_survey
from tests.redemption.travel.invitations.conftest import Club, club
from tests.support.invitations import accept, invite

__all__ = ["club"]
BACK = datetime(2027, 5, 17, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Trip:
    """Who went, and by which booking."""

    club: Club
    bookings: dict[int, str]

    @property
    def variant_id(self) -> int:
        return self.club.trip.variant_id

    @property
    def priya(self) -> Actor:
        return self.club.priya

    def do(self, deed, *arguments, **more):
        """Priya does something with the departure."""
        with transaction():
            return deed(self.priya, self.variant_id, *arguments, at=BACK, **more)

    def answer(self, who: Actor, at: datetime = BACK, **said):
        """Somebody says how it was."""
        with transaction():
            answer_survey(who, self.bookings[who.id], said, at=at)


@pytest.fixture
def trip(club, time, queue) -> Trip:
    """Everyone said yes in November; it is the morning after the last day."""
    people = (club.maya, club.ben, club.cleo, club.dara)
    invite(club.priya, club.trip, club.people)
    bookings = {who.id: accept(who, guests=int(who is club.maya)) for who in people}
    time.forward(seconds=(BACK - time()).total_seconds())
    return Trip(club, bookings)


@pytest.fixture
def over(trip) -> Trip:
    """The night closed it."""
    assert close_trips(date(2027, 5, 17)) == 4
    return trip
