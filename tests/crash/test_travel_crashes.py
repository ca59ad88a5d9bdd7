"""Killed while a trip is looked after: a message, a survey, the draw, tickets, what is deleted.

The next one goes on, and nothing is lost or there twice.
"""

import signal
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.access.actor import Actor
from marketplace.imports.queries import run_page
from marketplace.imports.states import RunState
from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction
from marketplace.kernel.mail import Letter
from marketplace.kernel.settings import ROOT
from marketplace.ledger.check import ledger_violations
from marketplace.people.models import Employee
from redemption.travel.activities.models import ActivityDraw, ActivityPlace
from redemption.travel.after.jobs import close_trips
from redemption.travel.after.models import SurveyAnswer, SurveyTaken
from redemption.travel.desk.messages import jobs, notices
from redemption.travel.desk.messages.operations import plan_message
from redemption.travel.desk.messages.policies import NewMessage
from redemption.travel.desk.messages.queries import messages_of
from redemption.travel.desk.messages.states import MessageState
from redemption.travel.desk.tickets.models import StagedTicket, Ticket
from redemption.travel.registration.operations.planning import put_deadlines
from redemption.travel.registration.states import Section
from redemption.travel.vault.models import VaultEntry, VaultEvent, VaultSubject
from redemption.travel.vault.operations.keeping import keep_until
from redemption.travel.vault.states import VaultDeed
from tests.crash import world
from tests.crash.deeds import DEED, WHAT, WHO
from tests.support.desk import fill
from tests.support.invitations import accept, invite
from tests.support.people import actor
from tests.support.redemption import furnish
from tests.support.registration import FADO, go, party, plan_trip, wish_for
from tests.support.tickets import HEAD, ROW, agree_to, checked
from tests.support.trips import stock_group_trip
from tests.support.vault import HOME_ON, NEEDS, PASSPORT, agree, enter, traveler
from tests.support.waiting import somebody

pytestmark = pytest.mark.crash
NO_MAIL = 25
READERS = jobs.AT_ONCE + 3
M = MessageState
MESSAGE = {
    "trip_messages.begun": (M.PLANNED, 0),
    "trip_messages.written": (M.SENDING, 0),
    "trip_messages.kept": (M.SENDING, jobs.AT_ONCE),
    "trip_messages.ended": (M.SENDING, READERS),
}
SURVEY = ("after.survey.counted",)
DRAW = ("activities.draw.kept", "activities.draw.given")
TICKETS = ("imports.before_apply", "imports.after_apply")
DELETING = ("vault.delete.gone", "vault.delete.ended")
ERASING = ("vault.erase.ended",)


def test_every_point_in_the_code_has_its_scene():
    places = ("desk/messages", "after", "activities", "vault")
    points = {point for place in places for point in _points(place)}
    assert points == {*MESSAGE, *SURVEY, *DRAW, *DELETING, *ERASING}


def _points(place: str) -> set[str]:
    return set(world.points_in(ROOT / "redemption/travel" / place))


@pytest.fixture
def priya(url, raised) -> Iterator[Actor]:
    with world.house(url, NO_MAIL, raised):
        yield furnish(points=0).priya


def _count(column: InstrumentedAttribute) -> int:
    session().close()
    return session().scalar(sa.select(sa.func.count(column))) or 0


def _goes_on(raised, command) -> None:
    db.session.remove()
    raised.start(command=command)
    assert raised.nursery.exit_status(raised.log) == 0, raised.log.read_text()[-2000:]
    assert ledger_violations() == []
    session().close()


def _dies(raised, point, command) -> None:
    db.session.remove()
    assert raised.killed_at(point, command=command), f"{point} is never reached"


def _message(priya: Actor, number: int) -> int:
    """A message to some more people than get theirs in one transaction; its departure."""
    trip = stock_group_trip(f"Trip {number}", capacity=READERS)
    names = [f"Reader {number}-{one}" for one in range(READERS)]
    going = fill(trip, [1] * READERS, names=names)
    ids = [one.employee_id for one in going]
    new = NewMessage(
        variant_id=trip.variant_id, audience="everyone", subject="Almost there",
        text="Dear {first name}", send_at=clock.now(),
    )  # fmt: skip
    with transaction() as now:
        address = sa.cast(Employee.id, sa.String).concat("@evergreen.example")
        now.execute(sa.update(Employee).where(Employee.id.in_(ids)).values(email=address))
        plan_message(priya, new, at=clock.now())
    return trip.variant_id


def _standing(variant_id: int) -> tuple[MessageState, int]:
    session().close()
    (row,) = messages_of(variant_id)
    letters = session().scalars(
        sa.select(Letter.to_address).where(Letter.key.like(f"trip_message:{row.id}:%"))
    )
    written = list(letters)
    assert len(set(written)) == len(written) == row.written, "nobody has it twice"
    return row.state, len(written)


def test_killed_while_a_message_goes_out_everybody_has_it_once(raised, priya, dying_at):
    send = ("trip-desk", "send-due")
    for number, (point, left) in enumerate(dying_at(MESSAGE.items())):
        variant_id = _message(priya, number)
        _dies(raised, point, send)
        assert _standing(variant_id) == left, point
        _goes_on(raised, send)
        assert _standing(variant_id) == (M.SENT, READERS), point


def test_control_a_letter_whose_reader_is_not_noted_would_be_noticed(priya, monkeypatch):
    variant_id = _message(priya, 99)
    monkeypatch.setattr(notices, "note_written", lambda *_, **__: True)
    with current_app.test_request_context():
        jobs.send_due(at=clock.now())
    (row,) = messages_of(variant_id)
    assert (row.state, row.written) == (M.SENDING, 0)


def _does(raised, deed: str, who: Actor, what: object, *, at: str = "") -> int:
    """Somebody does it in a process of their own, which may die at a point; how that ended."""
    db.session.remove()
    given = dict(raised.environment)
    raised.environment = given | {DEED: deed, WHO: str(who.id), WHAT: str(what)}
    raised.start(at, first="tests.crash.deeds:do")
    raised.environment = given
    return raised.nursery.exit_status(raised.log)


def test_killed_while_somebody_says_how_it_was_they_say_it_once(raised, priya, dying_at):
    for number, point in enumerate(dying_at(SURVEY)):
        trip, ben = stock_group_trip(f"Trip {number}"), somebody(f"Ben {number}")
        invite(priya, trip, [ben.id])
        reference = accept(ben)
        assert close_trips(date(2027, 5, 17)) == 1
        assert _does(raised, "say how it was", ben, reference, at=point) == -signal.SIGKILL
        assert (_count(SurveyTaken.employee_id), _count(SurveyAnswer.key)) == (number, number)
        assert _does(raised, "say how it was", ben, reference) == 0
        counts = _count(SurveyTaken.employee_id), _count(SurveyAnswer.key)
        assert counts == (number + 1, number + 1)
        assert ledger_violations() == [], point


def test_killed_while_places_are_drawn_they_are_drawn_once(raised, priya, dying_at):
    for number, point in enumerate(dying_at(DRAW)):
        trip, ben = stock_group_trip(f"Trip {number}"), somebody(f"Ben {number}")
        (fado,) = plan_trip(priya, trip.variant_id, FADO)
        reference = go(priya, trip, ben)
        wish_for(ben, reference, fado)
        at, ends_on = clock.now(), party(ben, reference).ends_on
        over = {Section.ACTIVITIES: at.date() - timedelta(days=1)}
        with transaction():
            put_deadlines(priya, trip.variant_id, over, ends_on=ends_on, at=at)
        draw = ("registrations", "draw", trip.sku, "--by", priya.email)
        _dies(raised, point, draw)
        assert (_count(ActivityDraw.id), _count(ActivityPlace.item_id)) == (number, number), point
        _goes_on(raised, draw)
        assert (_count(ActivityDraw.id), _count(ActivityPlace.item_id)) == (number + 1, number + 1)


def test_killed_while_tickets_are_taken_in_there_are_none_or_all_of_them(raised, priya, dying_at):
    for number, point in enumerate(dying_at(TICKETS)):
        trip = stock_group_trip(f"Trip {number}")
        going = fill(trip, [1] * 3, names=[f"Flyer {number}-{one}" for one in range(3)])
        rows = [ROW.format(who=f"{one.reference}/1", way="out", at="09:10") for one in going]
        run_id = checked(priya, trip.variant_id, HEAD + "".join(rows))
        agree_to(priya, run_id)
        before = _count(Ticket.id)
        assert _does(raised, "take in", priya, run_id, at=point) == -signal.SIGKILL
        assert (_count(Ticket.id), run_page(run_id).state) == (before, RunState.IMPORTING), point
        for _time in range(2):
            assert _does(raised, "take in", priya, run_id) == 0
            assert (_count(Ticket.id), _count(StagedTicket.line)) == (before + 3, 0)
            assert run_page(run_id).state is RunState.DONE


def _kept(number: int) -> Actor:
    """Somebody with a passport and needs, for a trip to come."""
    who = somebody(f"Ben {number}", points=0)
    agree(who, traveler(who))
    enter(who, traveler(who), PASSPORT | NEEDS)
    return who


def _of(who: Actor) -> tuple[int, bool, list[VaultDeed]]:
    """How much is kept of somebody, whether there is a key, and what happened to it."""
    session().close()
    subject = session().scalars(
        sa.select(VaultSubject).where(VaultSubject.employee_id == who.id).order_by(VaultSubject.id)
    ).first()  # fmt: skip
    assert subject is not None
    kept = sa.select(sa.func.count()).where(VaultEntry.subject_id == subject.id)
    told = sa.select(VaultEvent.deed).where(VaultEvent.subject_id == subject.id)
    ends = {VaultDeed.DELETED, VaultDeed.ERASED}
    deeds = [one for one in session().scalars(told.order_by(VaultEvent.id)) if one in ends]
    return session().scalar(kept) or 0, subject.wrapped_key is not None, deeds


EVERYTHING = len(PASSPORT | NEEDS)


def test_killed_while_what_is_over_is_deleted_it_is_deleted_with_its_key(raised, priya, dying_at):
    delete = ("travel-data", "due", "--delete")
    for number, point in enumerate(dying_at(DELETING)):
        who = _kept(number)
        subject_id = traveler(who)
        with transaction():
            keep_until(subject_id, "booking:1", ends_on=clock.today() - timedelta(days=90))
        _dies(raised, point, delete)
        assert _of(who) == (EVERYTHING, True, []), point
        _goes_on(raised, delete)
        assert _of(who) == (0, False, [VaultDeed.DELETED, VaultDeed.ERASED]), point


def test_killed_while_somebody_is_erased_they_are_erased_once_and_can_begin_anew(
    raised, priya, dying_at
):
    for number, point in enumerate(dying_at(ERASING)):
        who = _kept(number)
        erase = ("travel-data", "erase", who.email)
        _dies(raised, point, erase)
        assert _of(who) == (EVERYTHING, True, []), point
        _goes_on(raised, erase)
        assert _of(who) == (0, False, [VaultDeed.ERASED]), point
        anew = traveler(actor(who.id), ends_on=HOME_ON)
        assert anew != session().scalar(sa.select(sa.func.min(VaultSubject.id)))
        session().close()


def test_control_deleted_without_its_key_would_be_noticed(priya):
    """Had the first half ended by itself, the key would open what a backup still has."""
    who = _kept(99)
    with transaction():
        keep_until(traveler(who), "booking:1", ends_on=clock.today() - timedelta(days=90))
        session().execute(sa.delete(VaultEntry))
    assert _of(who) == (0, True, [])
