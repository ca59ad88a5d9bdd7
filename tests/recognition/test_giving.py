"""Thanks with points: the allowance, who gets them, when, and how they can be taken back."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.queries import points_of
from marketplace.people.models import Employee
from marketplace.people.queries import actor_of
from marketplace.people.states import EmployeeStatus
from marketplace.programs.operations.programs import move_program, set_rule
from marketplace.programs.operations.settlement import settle_for_good, settle_program
from marketplace.programs.states import ProgramState
from marketplace.recognition.models import Recognition, RecognitionRecipient
from marketplace.recognition.operations.allowances import AllowanceExceeded
from marketplace.recognition.operations.giving import NewRecognition, recognize_from_company
from marketplace.recognition.operations.withdrawing import (
    TooLateToWithdraw,
    remove_recognition,
    withdraw_recognition,
)
from marketplace.recognition.states import RecognitionState, Source
from marketplace.recognition.terms import RecognitionTerms
from tests.support.people import employ, employ_leo, employ_maya, employ_omar, employ_priya
from tests.support.programs import refill
from tests.support.recognition import (
    KIND_WORDS,
    a_value,
    allowance,
    give,
    run_recognition,
    take_effect_now,
)


@pytest.fixture
def program(at):
    return run_recognition()


@pytest.fixture
def maya(at):
    return employ_maya()


@pytest.fixture
def leo(at):
    return employ_leo()


def available(employee_id, at):
    session().close()
    return points_of(employee_id, at=at).available


def test_points_reach_each_recipient_once_the_time_for_undo_is_over(program, maya, leo, at):
    ben = employ("Ben Osei", department="Sales")
    sent = give(maya, leo, ben, points=20, program_id=program)
    assert (available(leo, at), allowance(program, maya)) == (0, (100, 40))
    assert take_effect_now(sent)
    assert not take_effect_now(sent)
    assert (available(leo, at), available(ben, at), available(maya, at)) == (20, 20, 0)
    assert ledger_violations() == []


def test_evaluating_again_and_all_of_it_grants_nothing_more(program, maya, leo, at):
    take_effect_now(give(maya, leo, points=20, program_id=program))
    later = at + timedelta(minutes=5)
    with transaction():
        report = settle_program(program, actor=actor_of(maya), at=later)
    assert (report.points_given, report.unchanged) == (0, 1)
    assert available(leo, at) == 20


def test_the_allowance_is_never_the_balance_and_never_exceeded(program, maya, leo, at):
    give(maya, leo, points=50, program_id=program)
    give(maya, leo, points=40, program_id=program)
    with pytest.raises(AllowanceExceeded, match="10 points of your allowance are left"):
        give(maya, leo, points=11, program_id=program)
    assert allowance(program, maya) == (100, 90)
    assert points_of(maya, at=at).available == 0
    assert session().query(Recognition).count() == 2


def test_who_leads_people_has_the_larger_allowance(program, maya, leo, at):
    omar = employ_omar()
    give(omar, leo, points=50, program_id=program)
    assert allowance(program, omar) == (300, 50)


def test_an_unused_month_lapses_and_the_next_one_is_whole(program, maya, leo, at):
    give(maya, leo, points=50, program_id=program)
    give(maya, leo, points=50, program_id=program)
    december = at + timedelta(days=10)
    give(maya, leo, points=30, program_id=program, at=december)
    assert allowance(program, maya) == (100, 100)
    assert allowance(program, maya, date(2026, 12, 1)) == (100, 30)


def test_a_new_rule_changes_the_month_but_never_below_what_was_given(program, maya, leo, at):
    give(maya, leo, points=50, program_id=program)
    with transaction():
        set_rule(
            actor_of(employ_priya()), program, RecognitionTerms(20, 20, 20), reason="Less", at=at
        )
    with pytest.raises(AllowanceExceeded):
        give(maya, leo, points=1, program_id=program)
    with transaction():
        set_rule(
            actor_of(employ_priya()), program, RecognitionTerms(80, 80, 50), reason="More", at=at
        )
    give(maya, leo, points=30, program_id=program)
    assert allowance(program, maya) == (80, 80)


def test_nobody_recognizes_themselves_not_even_among_others(program, maya, leo, at):
    with pytest.raises(BadInput, match="can't recognize yourself"):
        give(maya, leo, maya)
    sent = give(maya, leo)
    row = {"recognition_id": sent, "employee_id": maya, "giver_id": maya, "showing": "shown"}
    with pytest.raises(IntegrityError), transaction():
        session().execute(sa.insert(RecognitionRecipient).values(row))


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"message": "Thanks a lot"}, "at least 20 characters.*12 so far"),
        ({"message": "x" * 501}, "under 500 characters"),
        ({"value_id": None}, "Choose the value"),
        ({"value_id": 999}, "Choose the value"),
        ({"points": 51}, "at most 50 points to a person"),
        ({"points": -1}, "less than 0 points"),
        ({"points": 5, "program_id": 999}, "No program lets you give points"),
    ],
)
def test_what_cannot_be_sent_says_why_and_nothing_is_kept(program, maya, leo, details, words):
    with pytest.raises(BadInput, match=words):
        give(maya, leo, **({"program_id": program} | details))
    assert session().query(Recognition).count() == 0
    assert allowance(program, maya) == (0, 0)


def test_leavers_and_doubles_are_not_recognized(program, maya, leo, at):
    with pytest.raises(BadInput, match="stands twice"):
        give(maya, leo, leo)
    with transaction():
        left = session().get_one(Employee, leo)
        left.status, left.left_on = EmployeeStatus.LEFT, at.date()
    with pytest.raises(BadInput, match="does not work here"):
        give(maya, leo)


def test_points_stay_inside_the_departments_of_the_program(maya, leo, at):
    program = run_recognition(departments=("Marketing",))
    with pytest.raises(BadInput, match="no points to Leo Martins"):
        give(maya, leo, points=5, program_id=program)
    with pytest.raises(BadInput, match="No program lets you give points"):
        give(leo, maya, points=5, program_id=program)
    assert give(leo, maya)


def test_taken_back_in_time_it_never_happened_and_the_points_can_be_given_again(
    program, maya, leo, at
):
    sent = give(maya, leo, points=50, program_id=program)
    with transaction():
        withdraw_recognition(actor_of(maya), sent, at=at + timedelta(seconds=29))
    assert allowance(program, maya) == (100, 0)
    assert not take_effect_now(sent)
    assert available(leo, at) == 0
    assert session().get_one(Recognition, sent).state is RecognitionState.WITHDRAWN
    with pytest.raises(TooLateToWithdraw), transaction():
        withdraw_recognition(actor_of(maya), sent, at=at)
    assert allowance(program, maya) == (100, 0)


def test_after_half_a_minute_and_by_others_it_is_not_taken_back(program, maya, leo, at):
    sent = give(maya, leo, points=50, program_id=program)
    with pytest.raises(NotFound), transaction():
        withdraw_recognition(actor_of(leo), sent, at=at)
    with pytest.raises(TooLateToWithdraw), transaction():
        withdraw_recognition(actor_of(maya), sent, at=at + timedelta(seconds=30))
    assert allowance(program, maya) == (100, 50)


@pytest.mark.parametrize(("days", "left"), [(None, 0), (0, 50)])
def test_a_removed_one_gives_its_points_back_as_the_rule_says(maya, leo, at, days, left):
    program = run_recognition(claw_back_days=days)
    sent = give(maya, leo, points=50, program_id=program)
    take_effect_now(sent)
    later = at + timedelta(hours=1)
    with pytest.raises(BadInput, match="Write why"), transaction():
        remove_recognition(actor_of(employ_priya()), sent, reason=" ", at=later)
    with transaction():
        removal = remove_recognition(actor_of(employ_priya()), sent, reason="A joke", at=later)
    assert (removal.points_taken_back, removal.is_kept) == (50 - left, bool(left))
    assert available(leo, later) == left
    assert allowance(program, maya) == (100, 50)
    assert ledger_violations() == []


def test_settling_for_good_pays_what_was_just_sent_and_closes_its_undo(program, maya, leo, at):
    sent = give(maya, leo, points=50, program_id=program)
    priya = actor_of(employ_priya())
    with transaction():
        move_program(priya, program, ProgramState.CLOSED, at=at)
        settle_for_good(program, actor=priya, at=at)
    assert available(leo, at) == 50
    with pytest.raises(TooLateToWithdraw), transaction():
        withdraw_recognition(actor_of(maya), sent, at=at + timedelta(seconds=5))


def test_what_the_budget_cannot_pay_waits_and_is_paid_after_a_refill(maya, leo, at):
    program = run_recognition(budget_points=10)
    take_effect_now(give(maya, leo, points=20, program_id=program))
    assert available(leo, at) == 0
    refill(program, 10)
    with transaction():
        settle_program(program, actor=actor_of(maya), at=at + timedelta(minutes=1))
    assert available(leo, at) == 20


def test_thanks_from_the_company_are_made_once(maya, at):
    new = NewRecognition(
        (maya,), "Five years of clear words.", source=Source.ANNIVERSARY, source_ref="5:maya"
    )
    with transaction():
        assert recognize_from_company(new, at=at)
    with transaction():
        assert recognize_from_company(new, at=at) is None
    (kept,) = session().query(Recognition)
    assert (kept.giver_id, kept.value_id, kept.points) == (None, None, 0)


def test_without_any_program_thanks_still_go(maya, leo, at):
    a_value()
    sent = give(maya, leo, message=f"  {KIND_WORDS}  ")
    assert session().get_one(Recognition, sent).message == KIND_WORDS
