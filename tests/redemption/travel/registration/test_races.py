"""The last seat, the draw and a section wanted by many at once; without protection as control."""

from collections import Counter
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from marketplace.kernel import clock
from marketplace.kernel.db import rows_changed, session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.ledger.check import ledger_violations
from redemption.travel.activities import operations
from redemption.travel.activities.models import ActivityCount
from redemption.travel.registration.models import Registration, RegistrationEvent, Reopening
from redemption.travel.registration.operations import filling, planning, rows
from redemption.travel.registration.operations.planning import draw_places, reopen
from redemption.travel.registration.policies import Again
from redemption.travel.registration.states import RegistrationState as R
from redemption.travel.registration.states import Section
from tests.support.racing import all_at_once, in_turn
from tests.support.registration import FADO, fill, go, mine, plan_trip, seats, send, wish_for
from tests.support.trips import stock_group_trip
from tests.support.waiting import somebody

pytestmark = pytest.mark.race


def attempt(deed):
    """What comes of it in a transaction of its own: its answer, or the code of the refusal."""
    try:
        with transaction():
            return deed()
    except DomainError as refusal:
        return refusal.code


@pytest.fixture
def crowd(club, time):
    """Eight people on a trip with three seats for the fado evening, already drawn."""
    trip = stock_group_trip("Eight for fado", capacity=16)
    (fado,) = plan_trip(club.priya, trip.variant_id, FADO)
    people = [somebody(f"Singer {number}", points=0) for number in range(8)]
    held = [mine(one, go(club.priya, trip, one, guests=0)) for one in people]
    wish_for(club.maya, go(club.priya, trip, club.maya, guests=0), fado)
    here = held[0].party
    time.forward(days=(here.starts_on - clock.today()).days - 29)
    return here, fado, held


def hold(club, here):
    return draw_places(club.priya, here.variant_id, here.starts_on, at=clock.now())


def take(crowd, number):
    _, fado, held = crowd
    return attempt(lambda: filling.take_activity(held[number], fado, at=clock.now()))


def test_of_eight_who_want_two_seats_two_have_them(app, club, crowd):
    here, fado, _ = crowd
    with transaction():
        hold(club, here)
    came_of_it = all_at_once(app, 8, lambda number: take(crowd, number))
    assert Counter(came_of_it) == {"Fado evening": 2, "no_seat_left": 6}
    assert seats([fado]) == [3]
    assert ledger_violations() == []


def test_control_without_its_guard_more_sit_than_there_are_seats(app, club, crowd, monkeypatch):
    here, fado, _ = crowd
    with transaction():
        hold(club, here)

    def unguarded(item_id, people):
        taken = sa.update(ActivityCount).where(ActivityCount.item_id == item_id)
        done = session().execute(taken.values(taken=ActivityCount.taken + people))
        return rows_changed(done) == 1

    monkeypatch.setattr(operations, "_claim", unguarded)
    in_turn(app, 8, lambda number: take(crowd, number))
    assert seats([fado]) == [9]
    assert {one.id for one in ledger_violations()} == {"I27-activities"}


def test_two_planners_who_draw_at_once_draw_once(app, club, crowd):
    here = crowd[0]
    came_of_it = all_at_once(app, 2, lambda _: attempt(lambda: hold(club, here)))
    assert sorted(map(str, came_of_it)) == ["1", "drawn_already"]
    assert ledger_violations() == []


def test_control_who_does_not_look_meets_the_second_wall(app, club, crowd, monkeypatch):
    here = crowd[0]
    monkeypatch.setattr(operations, "_drawn_at", lambda _variant_id: None)
    first, second = in_turn(app, 2, lambda _: attempt(lambda: hold(club, here)))
    assert (first, type(second)) == (1, IntegrityError)
    assert ledger_violations() == []


@pytest.fixture
def filled(club, booking):
    """Maya's registration, with all of it done and nothing sent."""
    fill(club.maya, booking)
    return booking


def _reopen(club, booking, number=0):
    one = mine(club.maya, booking)
    again = Again(Section.ROOM, one.party.starts_on, f"More suites, {number}.")
    return attempt(
        lambda: reopen(club.priya, one.party, one.member, again, at=clock.now()) or "opened"
    )


def _story(booking, club):
    """Every move of Maya's registration, and how often it was opened again."""
    who = mine(club.maya, booking).member.traveler_id
    session().close()
    moves = sa.select(RegistrationEvent.from_state, RegistrationEvent.to_state)
    told = session().execute(
        moves.where(RegistrationEvent.traveler_id == who).order_by(RegistrationEvent.seq)
    )
    many = sa.select(sa.func.count()).where(Reopening.traveler_id == who)
    return [(one.from_state, one.to_state) for one in told], session().scalar(many)


BEGUN = (None, R.OPEN)
SENT, AGAIN = (R.OPEN, R.SENT), (R.SENT, R.OPEN)


def test_sent_as_it_is_opened_again_it_is_as_the_later_of_both_left_it(app, club, filled):
    work = (lambda: send(club.maya, filled), lambda: _reopen(club, filled))
    came_of_it = all_at_once(app, 2, lambda number: work[number]())
    assert came_of_it == [True, "opened"]
    assert _story(filled, club) in [([BEGUN, SENT], 1), ([BEGUN, SENT, AGAIN], 1)]
    assert ledger_violations() == []


def test_two_planners_who_open_it_again_open_it_once(app, club, filled):
    send(club.maya, filled)
    came_of_it = all_at_once(app, 2, lambda number: _reopen(club, filled, number))
    assert came_of_it == ["opened", "opened"]
    assert _story(filled, club) == ([BEGUN, SENT, AGAIN], 2)
    assert ledger_violations() == []


def test_control_without_lock_and_guard_it_is_opened_from_where_it_is_not(
    app, club, filled, monkeypatch
):
    send(club.maya, filled)

    def unguarded(found, to, hand, *, at, note=""):
        seq = session().scalar(
            sa.update(Registration)
            .where(Registration.traveler_id == found.traveler_id)
            .values(state=to, version=Registration.version + 1)
            .returning(Registration.version)
        )
        told = {"actor_id": hand.actor_id, "by_link": False, "note": note, "at": at}
        rows._MACHINE.note(found.traveler_id, seq, from_state=R.SENT, to_state=to, **told)

    seen = SimpleNamespace(traveler_id=mine(club.maya, filled).member.traveler_id, state=R.SENT)
    monkeypatch.setattr(planning, "lock_registration", lambda *_, **__: seen)
    monkeypatch.setattr(planning, "move_registration", unguarded)
    in_turn(app, 2, lambda number: _reopen(club, filled, number))
    assert _story(filled, club) == ([BEGUN, SENT, AGAIN, AGAIN], 2)
