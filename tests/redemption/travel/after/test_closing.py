"""The night after the last day: places were used, and those who are back are asked once."""

from datetime import date

import pytest
import sqlalchemy as sa

from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from redemption.bookings.models import Booking
from redemption.bookings.operations import book_line
from redemption.bookings.states import BookingState
from redemption.travel.after.jobs import close_trips
from redemption.travel.after.operations.closing import mark_traveled
from redemption.travel.after.operations.reporting import say_who_came
from redemption.travel.after.queries.report import heads_of
from redemption.travel.invitations.errors import AlreadyTraveled, HasLeft
from redemption.travel.invitations.operations.closing import give_place_back, withdraw
from tests.redemption.travel.after.conftest import BACK
from tests.support.invitations import invitation_of, leave
from tests.support.redemption import ask_for, give_points, line_of


def states():
    session().close()
    return list(session().scalars(sa.select(Booking.state).order_by(Booking.id)))


def test_bookings_of_a_trip_that_is_over_were_used(trip):
    assert close_trips(date(2027, 5, 16)) == 0  # its last day
    assert close_trips(date(2027, 5, 17)) == 4
    assert states() == [BookingState.TRAVELED] * 4
    assert close_trips(date(2027, 5, 18)) == 0
    assert ledger_violations() == []


def test_a_place_that_is_not_paid_yet_waits_for_its_confirmation(club, time):
    give_points(club.ben.id, 100_000)
    line = line_of(ask_for(club.ben, club.trip))
    with transaction():
        book_line(line, at=time())
    assert close_trips(date(2027, 5, 17)) == 0
    assert states() == [BookingState.REQUESTED]


def test_who_is_back_gets_one_letter(over, queue):
    leave(over.club.dara.id)
    over.do(say_who_came, heads_of(over.variant_id)[3].traveler_id, came=False)  # Cleo
    queue.run_due()
    close_trips(date(2027, 5, 18))
    queue.run_due()
    asked = sa.select(Letter.employee_id).where(Letter.subject.startswith("How was"))
    assert sorted(session().scalars(asked)) == sorted([over.club.maya.id, over.club.ben.id])


def test_two_nights_at_once_close_a_booking_once(over):
    booking_id = session().scalar(sa.select(sa.func.min(Booking.id)))
    with transaction():
        assert mark_traveled(booking_id, at=BACK) is False


def test_a_place_that_was_used_can_be_neither_given_back_nor_taken_away(over):
    maya = over.club.maya
    mine = invitation_of(maya.id).id
    with pytest.raises(HasLeft), transaction():
        give_place_back(maya, mine, "", at=BACK)
    with pytest.raises(AlreadyTraveled), transaction():
        withdraw(over.priya, mine, "Too late", at=BACK)
    assert ledger_violations() == []
