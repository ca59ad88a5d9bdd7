"""Many hands at once: the allowance holds, applause counts once, a form sent often is one deed."""

import contextlib
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from marketplace.people.queries import actor_of
from marketplace.recognition.models import Applause, GivingAllowance, Recognition
from marketplace.recognition.operations import giving
from marketplace.recognition.operations.allowances import AllowanceExceeded, open_month
from marketplace.recognition.operations.applause import applaud
from marketplace.recognition.operations.giving import (
    GivingRestricted,
    NewRecognition,
    keep_recognition,
)
from marketplace.recognition.queries.giving import programs_to_give_from
from marketplace.recognition.states import Mode
from marketplace.recognition.terms import RecognitionTerms
from marketplace.web import deeds
from tests.support.browsing import hidden_fields, let_in
from tests.support.people import employ_leo, employ_maya, employ_omar
from tests.support.racing import all_at_once
from tests.support.recognition import KIND_WORDS, a_value, allowance, give, run_recognition

pytestmark = pytest.mark.race
RIVALS = 8


@pytest.fixture
def people(at):
    return employ_maya(), employ_leo()


def violated():
    session().close()
    return {found.id for found in ledger_violations()}


def sent():
    session().close()
    return session().query(Recognition).count()


def test_eight_gifts_at_once_never_give_more_than_the_month_has(app, people, at):
    (maya, leo), program = people, run_recognition()
    results = all_at_once(
        app, RIVALS, lambda _number: give(maya, leo, points=30, program_id=program)
    )
    refused = [one for one in results if isinstance(one, AllowanceExceeded)]
    assert (len(refused), sent(), allowance(program, maya)) == (5, 3, (100, 90)), results
    assert violated() == set()


def test_the_cap_for_one_person_holds_among_eight_gifts_at_once(app, people, at):
    terms = RecognitionTerms(100, 100, 50, Mode.RESTRICT, pair_points=30)
    (maya, leo), program = people, run_recognition(terms=terms)
    results = all_at_once(
        app, RIVALS, lambda _number: give(maya, leo, points=10, program_id=program)
    )
    refused = [one for one in results if isinstance(one, GivingRestricted)]
    assert (len(refused), sent(), allowance(program, maya)) == (5, 3, (100, 30)), results


def _thank_each_other(app, people):
    """Maya and Leo give each other points at the same moment, each unseen by the other."""
    terms = RecognitionTerms(100, 100, 50, Mode.RESTRICT, reciprocity_days=30)
    program, ways = run_recognition(terms=terms), (people, people[::-1])
    return all_at_once(app, 2, lambda number: give(*ways[number], points=10, program_id=program))


def _late_pairs(monkeypatch):
    """Who looks at what went before waits until the other has drawn on their month too."""
    both = threading.Barrier(2)
    look = giving.pair_facts

    def look_together(*args, **details):
        found = look(*args, **details)
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(timeout=0.5)
        return found

    monkeypatch.setattr(giving, "pair_facts", look_together)


def test_of_two_who_give_each_other_points_at_once_one_is_restricted(app, people, at, monkeypatch):
    _late_pairs(monkeypatch)
    results = _thank_each_other(app, people)
    refused = [one for one in results if isinstance(one, GivingRestricted)]
    assert (len(refused), sent()) == (1, 1), results


def test_control_without_the_lock_of_the_pair_both_go_through(app, people, at, monkeypatch, engine):
    monkeypatch.setattr(giving, "take_turns", lambda _ids: None)
    _late_pairs(monkeypatch)
    results = _thank_each_other(app, people)
    refused = [one for one in results if isinstance(one, GivingRestricted)]
    assert len(refused) == (1 if engine == "sqlite" else 0), results


def test_control_looking_first_and_writing_later_gives_more_than_there_is(app, people, at):
    """Without the guarded counter all eight find enough left, and the counter knows of one."""
    (maya, leo), program_id = people, run_recognition()
    value_id = a_value()
    with transaction():
        open_month(program_id, maya, at.date().replace(day=1), 100)
    looked = [programs_to_give_from(actor_of(maya), at=at)[0] for _ in range(RIVALS)]
    assert {program.left for program in looked} == {100}

    def write(number):
        program = looked[number]
        new = NewRecognition((leo,), KIND_WORDS, value_id, points=30, program_id=program_id)
        with transaction():
            session().execute(sa.update(GivingAllowance).values(used=program.used + 30))
            return keep_recognition(new, giver_id=maya, program=program, effective_at=at, at=at)

    all_at_once(app, RIVALS, write)
    assert (sent(), allowance(program_id, maya)) == (RIVALS, (100, 30))
    assert violated() == {"G-allowance"}


def _applauses():
    session().close()
    return session().query(Applause).count()


def test_one_person_applauds_once_however_often_they_press(app, people, at):
    thanks, omar = give(*people), employ_omar()

    def press(_number):
        with transaction():
            applaud(actor_of(omar), thanks, at=clock.now())

    assert all_at_once(app, RIVALS, press) == [None] * RIVALS
    assert _applauses() == 1


def test_control_applause_that_skips_nothing_fails_for_all_but_one(app, people, at):
    thanks, omar = give(*people), employ_omar()

    def press(_number):
        with transaction():
            row = {"recognition_id": thanks, "employee_id": omar, "at": clock.now()}
            session().execute(sa.insert(Applause).values(row))

    failed = [one for one in all_at_once(app, RIVALS, press) if isinstance(one, IntegrityError)]
    assert (len(failed), _applauses()) == (RIVALS - 1, 1)


def _press_send_eight_times(app, maya, leo):
    """One filled-in form, sent eight times at once from eight windows of one browser."""
    a_value()
    windows = [let_in(app.test_client(), maya) for _ in range(RIVALS)]
    key = hidden_fields(windows[0].get("/recognition/new").text)["request_key"]
    forms = []
    for window in windows:
        token = hidden_fields(window.get("/recognition/new").text)["csrf_token"]
        words = {"to": str(leo), "value": "clear-words", "message": KIND_WORDS, "points": "10"}
        forms.append({"csrf_token": token, "request_key": key, "visibility": "public"} | words)
    answers = all_at_once(
        app, RIVALS, lambda number: windows[number].post("/recognition/new", data=forms[number])
    )
    return {answer.status_code for answer in answers}


def test_the_same_form_sent_many_times_is_one_recognition(app, people, at):
    (maya, leo), program = people, run_recognition()
    assert _press_send_eight_times(app, maya, leo) == {303}
    assert (sent(), allowance(program, maya)) == (1, (100, 10))


def test_control_without_the_key_the_same_form_is_sent_many_times(app, people, at, monkeypatch):
    monkeypatch.setattr(deeds, "claim_key", lambda *_args, **_body: None)
    (maya, leo), program = people, run_recognition()
    _press_send_eight_times(app, maya, leo)
    assert sent() > 1
    assert allowance(program, maya)[1] == 10 * sent()
