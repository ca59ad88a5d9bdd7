"""Coming to a moment: once, on its day, paid for guests only; and capturing thanks there."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.queries import points_of
from marketplace.people.models import Employee
from marketplace.people.operations.employment import department_named
from marketplace.people.queries import actor_of
from marketplace.programs.operations.settlement import settle_program
from marketplace.recognition.moments.models import Attendance, Moment
from marketplace.recognition.moments.operations import attending
from marketplace.recognition.moments.operations.attending import CheckedIn, MomentClosed
from marketplace.recognition.moments.operations.capturing import Captured, capture
from marketplace.recognition.moments.operations.preparing import change_moment, create_moment
from marketplace.recognition.moments.policies import MomentFacts, closes_at, is_open, opens_at
from marketplace.recognition.moments.queries.slides import shown, slides_of
from tests.support.moments import TODAY, come, hold_moment, paying_program
from tests.support.people import employ, employ_leo, employ_maya, employ_priya
from tests.support.programs import refill
from tests.support.racing import all_at_once
from tests.support.recognition import UNDO, a_value, take_effect_now

LINE = "She stayed with the client until it worked."


def available(employee_id, at):
    session().close()
    return points_of(employee_id, at=at).available


def attendances() -> int:
    session().close()
    return session().scalar(sa.select(sa.func.count()).select_from(Attendance))


def test_leo_of_sales_is_paid_once_for_coming_to_marketing(at):
    program_id = paying_program()
    moment, leo = hold_moment(program_id=program_id), employ_leo()
    assert come(leo, moment.id) == CheckedIn(is_new=True, points=25)
    assert come(leo, moment.id) == CheckedIn(is_new=False, points=25)
    assert (available(leo, at), attendances()) == (25, 1)
    with transaction():
        report = settle_program(program_id, actor=actor_of(leo), at=at)
    assert (report.points_given, report.points_taken_back, report.unchanged) == (0, 0, 1)
    assert ledger_violations() == []


def test_the_host_comes_without_points_and_a_transfer_afterwards_changes_nothing(at):
    program_id = paying_program()
    moment, maya, leo = hold_moment(program_id=program_id), employ_maya(), employ_leo()
    assert come(maya, moment.id).points == 0
    come(leo, moment.id)
    with transaction():
        marketing, sales = department_named("Marketing"), department_named("Sales")
        for who, department in ((maya, sales), (leo, marketing)):
            session().execute(
                sa.update(Employee).where(Employee.id == who).values(department_id=department)
            )
        settle_program(program_id, actor=actor_of(leo), at=at)
    assert (available(maya, at), available(leo, at)) == (0, 25)


def test_who_makes_a_moment_is_not_paid_for_coming_and_leads_pay_only_for_meetings_of_their_own(at):
    program_id, priya = paying_program(), employ_priya()
    held = hold_moment(program_id=program_id)
    omar = actor_of(held.owner_id)
    assert come(priya, held.id).points == 0  # who manages programs has every code at hand
    with transaction():
        sales, marketing = department_named("Sales"), department_named("Marketing")
        facts = MomentFacts("Review", TODAY, marketing, (), program_id)
        slug = create_moment(actor_of(priya), facts, at=at)
    reviewed = session().query(Moment).filter_by(slug=slug).one().id
    assert come(priya, reviewed) == CheckedIn(is_new=True, points=0)
    assert come(employ_leo(), reviewed).points == 25
    elsewhere = MomentFacts("All of sales", TODAY, sales, (), program_id)
    with pytest.raises(BadInput, match="hosted by your own department"), transaction():
        create_moment(omar, elsewhere, at=at)
    with transaction():
        slug = create_moment(omar, replace(elsewhere, program_id=None), at=at)
    with pytest.raises(BadInput, match="hosted by your own department"), transaction():
        change_moment(omar, slug, elsewhere, at=at)
    assert available(priya, at) == 0


def test_without_a_program_or_a_department_or_outside_its_departments_nothing_is_paid(at):
    leo, nobody = employ_leo(), employ("Uma Unplaced", department="")
    assert come(leo, hold_moment(title="Bare").id).points == 0
    assert come(nobody, hold_moment(title="Paid", program_id=paying_program()).id).points == 0
    narrow = paying_program(slug="narrow", departments=("Marketing",))
    assert come(leo, hold_moment(title="Narrow", program_id=narrow).id).points == 0


def test_only_so_many_meetings_a_month_are_paid(at):
    program_id, leo = paying_program(), employ_leo()
    moments = [hold_moment(title=f"Day {n}", program_id=program_id).id for n in range(3)]
    assert [come(leo, one).points for one in moments] == [25, 25, 0]
    assert available(leo, at) == 50


def test_what_the_budget_cannot_give_waits_and_is_paid_after_a_refill(at):
    program_id, leo = paying_program(budget_points=10), employ_leo()
    moment = hold_moment(program_id=program_id)
    assert come(leo, moment.id).waiting == 25
    assert available(leo, at) == 0
    refill(program_id, 100)
    with transaction():
        settle_program(program_id, actor=actor_of(leo), at=at)
    assert available(leo, at) == 25


@pytest.mark.parametrize(
    ("at_", "opened"),
    [
        (datetime(2026, 11, 22, 9, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 22, 10, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 11, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 12, 0, tzinfo=UTC), False),
    ],
)
def test_the_day_counts_wherever_the_meeting_is(at_, opened):
    assert is_open(TODAY, at_) is opened


def test_before_and_after_its_day_nobody_checks_in_or_captures(at):
    a_value()
    moment, leo, maya = hold_moment(), employ_leo(), employ_maya()
    for when in (opens_at(TODAY) - timedelta(minutes=1), closes_at(TODAY)):
        with pytest.raises(MomentClosed, match="Nothing was changed"):
            come(leo, moment.id, at=when)
        with pytest.raises(MomentClosed), transaction():
            captured = Captured(maya, a_value(), LINE)
            capture(actor_of(leo), moment.id, captured, undo_for=UNDO, at=when)
    assert attendances() == 0


def test_captured_thanks_are_among_the_slides_once_they_arrive(at):
    moment, leo, maya, value = hold_moment(), employ_leo(), employ_maya(), a_value()
    with transaction():
        captured = Captured(maya, value, LINE)
        sent = capture(actor_of(leo), moment.id, captured, undo_for=UNDO, at=at)
    assert shown(slides_of(moment.id, at=at)) == []
    take_effect_now(sent)
    session().close()
    [slide] = shown(slides_of(moment.id, at=at + UNDO))
    assert (slide.names, slide.giver, slide.is_captured) == ("Maya Chen", "Leo Martins", True)


@pytest.mark.parametrize(("message", "words"), [("Short.", "at least"), ("", "at least")])
def test_a_capture_that_says_too_little_leaves_nothing(at, message, words):
    moment, leo, maya = hold_moment(), employ_leo(), employ_maya()
    value = a_value()
    with pytest.raises(BadInput, match="Nothing was sent"), transaction():
        captured = Captured(maya, value, message)
        capture(actor_of(leo), moment.id, captured, undo_for=UNDO, at=at)
    session().close()
    assert slides_of(moment.id, at=at) == []


def test_nobody_captures_themselves(at):
    moment, leo, value = hold_moment(), employ_leo(), a_value()
    with pytest.raises(BadInput), transaction():
        captured = Captured(leo, value, LINE)
        capture(actor_of(leo), moment.id, captured, undo_for=UNDO, at=at)


@pytest.mark.race
def test_two_check_ins_at_once_are_one_and_paid_once(app, at):
    moment, leo = hold_moment(program_id=paying_program()), employ_leo()
    results = all_at_once(app, 4, lambda _: come(leo, moment.id, at=at))
    assert sorted(result.is_new for result in results) == [False, False, False, True]
    assert (available(leo, at), attendances()) == (25, 1)


@pytest.mark.race
def test_two_meetings_at_once_do_not_pay_more_than_the_month_allows(app, at):
    program_id, leo = paying_program(), employ_leo()
    moments = [hold_moment(title=f"Day {n}", program_id=program_id).id for n in range(4)]
    results = all_at_once(app, 4, lambda number: come(leo, moments[number], at=at))
    assert sorted(result.points for result in results) == [0, 0, 25, 25]
    assert available(leo, at) == 50


@pytest.mark.race
def test_control_without_the_lock_of_the_program_the_month_is_overdrawn(monkeypatch, at):
    """Both look before either writes, as they would without the lock: each finds room."""
    program_id, leo = paying_program(), employ_leo()
    moments = [hold_moment(title=f"Day {n}", program_id=program_id) for n in range(3)]
    looked = {moment.id: attending._points_for(actor_of(leo), moment, at) for moment in moments}
    session().close()
    monkeypatch.setattr(attending, "_points_for", lambda _actor, moment, _at: looked[moment.id])
    for moment_id in looked:
        come(leo, moment_id, at=at)
    assert available(leo, at) == 75  # the rule pays 50


def test_a_program_that_was_closed_pays_nobody(at):
    from marketplace.programs.operations.programs import move_program
    from marketplace.programs.states import ProgramState

    program_id, leo = paying_program(), employ_leo()
    moment = hold_moment(program_id=program_id)
    with transaction():
        move_program(actor_of(employ_priya()), program_id, ProgramState.CLOSED, at=at)
    assert come(leo, moment.id) == CheckedIn(is_new=True, points=0)


def test_days_open_and_close_around_the_whole_world():
    assert closes_at(date(2026, 11, 23)) - opens_at(date(2026, 11, 23)) == timedelta(hours=50)
