"""Nobody is invited to, or says yes to, a trip that has left or was canceled."""

from datetime import UTC, datetime

import pytest

from catalog.operations.departures import cancel_departure
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.ledger.check import ledger_violations
from redemption.bookings.models import Booking
from redemption.travel.invitations.errors import CannotInvite, HasLeft
from redemption.travel.invitations.operations.waves import extend_answer, invite_more
from tests.redemption.travel.invitations.conftest import club as club  # noqa: PLC0414  a fixture
from tests.support.invitations import accept, decline, invitation_of, invite

DAYS = 171  # from today until it leaves, on 13 May 2027


def give_time(club, until):
    invitation_id = invitation_of(club.maya.id).id
    session().close()
    with transaction():
        extend_answer(club.priya, invitation_id, until, at=clock.now())


def test_more_time_ends_when_the_trip_leaves(club):
    invite(club.priya, club.trip, [club.maya.id])
    with pytest.raises(BadInput, match="leaves on 13 May 2027"):
        give_time(club, datetime(2027, 5, 14, 12, tzinfo=UTC))
    give_time(club, datetime(2027, 5, 13, 12, tzinfo=UTC))


def test_a_yes_on_the_day_it_leaves_is_too_late_and_a_no_is_not(club, time):
    invite(club.priya, club.trip, [club.maya.id])
    give_time(club, datetime(2027, 5, 13, 12, tzinfo=UTC))
    time.forward(days=DAYS)
    with pytest.raises(HasLeft):
        accept(club.maya)
    session().close()
    assert session().query(Booking).count() == 0
    decline(club.maya)
    assert ledger_violations() == []


def test_nobody_is_invited_to_what_has_left(club, time):
    wave = invite(club.priya, club.trip, club.people, at_once=1)
    time.forward(days=DAYS)
    with pytest.raises(CannotInvite, match="The trip left on 13 May 2027"):
        invite(club.priya, club.trip, [club.priya.id])
    with pytest.raises(CannotInvite, match="The trip left on"), transaction():
        invite_more(club.priya, wave, 1, at=clock.now())


def test_nor_to_what_does_not_take_place(club):
    with transaction():
        cancel_departure(club.priya, club.trip.variant_id, reason="No hotel", at=clock.now())
    with pytest.raises(CannotInvite, match="was canceled"):
        invite(club.priya, club.trip, [club.maya.id])
