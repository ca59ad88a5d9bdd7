"""Leo of sales learns marketing: points and a badge, each once, and back when it was wrong."""

from datetime import date

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, DomainError, NotAllowed, NotFound
from marketplace.kernel.mail import Letter
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of
from marketplace.programs.claimed import operations
from marketplace.programs.models import ProgramProgress
from marketplace.programs.operations.programs import CannotLaunch, move_program
from marketplace.programs.operations.settlement import settle_program
from marketplace.programs.states import ProgramState
from marketplace.programs.trainings.models import Completion, CompletionChange, TrainingBadge
from marketplace.programs.trainings.operations import claims
from marketplace.programs.trainings.operations.courses import CourseFacts, add_course
from tests.support.claims import NOVEMBER
from tests.support.people import employ_leo, employ_maya, employ_priya
from tests.support.racing import all_at_once
from tests.support.trainings import (
    add_courses,
    completed,
    decide_course,
    run_training,
    show_course,
)


@pytest.fixture
def leo(at):
    return employ_leo()


@pytest.fixture
def courses(leo):
    return add_courses()


@pytest.fixture
def program(courses):
    return run_training(courses)


def points(who):
    session().close()
    return points_of(who, at=clock.now()).available


def sentence(who):
    session().close()
    wanted = sa.select(ProgramProgress.sentence).where(ProgramProgress.employee_id == who)
    return session().scalar(wanted)


def badges():
    session().close()
    return list(session().scalars(sa.select(TrainingBadge.employee_id)))


def test_each_course_brings_its_points_and_the_path_a_bonus_and_a_badge(leo, courses, program):
    completed(leo, *courses[:2])
    assert (points(leo), badges()) == (30, [])
    assert sentence(leo) == "2 of 3 courses. Next: A lead."
    completed(leo, courses[2])
    assert (points(leo), badges()) == (110, [leo])
    assert sentence(leo) == "3 of 3 courses: the whole path."


def test_the_same_reports_again_and_a_second_certificate_change_nothing(leo, courses, program):
    completed(leo, *courses)
    again = completed(leo, *courses)
    second = completed(leo, *courses, mark="B", on_day=date(2026, 11, 22))
    assert (again.unchanged, second.new, points(leo)) == (3, 3, 110)
    priya = actor_of(employ_priya())
    with transaction():
        assert settle_program(program, actor=priya, at=clock.now()).given == 0


def test_a_correction_takes_back_points_bonus_and_badge(leo, courses, program):
    completed(leo, *courses)
    maya, priya = employ_maya(), employ_priya()
    last = f"A{leo}-{courses[2]}"
    with transaction():
        one = claims.Completed(maya, courses[2], NOVEMBER, last)  # it was Maya's certificate
        by = claims.Reporter("A corrected file", actor_of(priya), clock.now())
        claims.record_completions([one], by=by)
        settle_program(program, actor=by.actor, at=by.at)
    assert (points(leo), points(maya), badges()) == (30, 30, [])
    change = session().scalars(sa.select(CompletionChange)).one()
    assert (change.before["employee_id"], change.after["employee_id"]) == (leo, maya)


def test_people_it_is_made_for_see_it_before_they_begin(leo, courses, program):
    with transaction():
        settle_program(program, actor=actor_of(employ_priya()), at=clock.now())
    assert sentence(leo) == "Made for Sales. 0 of 3 courses. Begin with Reading a campaign."
    assert sentence(employ_maya()) is None


def test_what_was_completed_before_the_program_began_brings_nothing_but_counts(
    leo, courses, program
):
    completed(leo, courses[0], on_day=date(2026, 9, 1))
    assert (points(leo), sentence(leo)) == (0, "1 of 3 courses. Next: Who we talk to.")
    completed(leo, *courses[1:])
    assert (points(leo), badges()) == (20 + 30 + 50, [leo])


def test_a_course_brings_points_in_one_program_at_a_time(leo, courses, program):
    with pytest.raises(CannotLaunch, match="is part of “Marketing for sellers” on the same days"):
        run_training(courses[1:], slug="once-more")


def test_a_course_that_is_shown_counts_once_somebody_agrees(leo, courses, program, queue):
    priya = employ_priya()
    reference = show_course(leo, program, courses[0])
    assert points(leo) == 0
    with pytest.raises(BadInput, match=f"sent this already as {reference}"):
        show_course(leo, program, courses[0])
    assert decide_course(priya, "approve_course", reference).points_given == 10
    with pytest.raises(DomainError, match="Somebody was faster"):
        decide_course(priya, "approve_course", reference)
    with pytest.raises(BadInput, match="You have this course already"):
        show_course(leo, program, courses[0])
    queue.run_due()
    queue.run_due()
    said = session().execute(sa.select(Letter.employee_id, Letter.subject).order_by(Letter.id))
    assert [tuple(row) for row in said] == [
        (priya, "A course waits for your look"),
        (leo, "Your course counts"),
    ]
    decide_course(priya, "take_back_course", reference, "It was a sample certificate")
    assert points(leo) == 0


def test_a_declined_course_is_sent_again_and_nobody_decides_on_their_own(leo, courses, program):
    priya = employ_priya()
    first = show_course(leo, program, courses[0])
    decide_course(priya, "decline_course", first, "The date can't be read")
    decide_course(priya, "approve_course", show_course(leo, program, courses[0]))
    assert points(leo) == 10
    own = show_course(priya, program, courses[0])
    with pytest.raises(NotAllowed, match="This is yours"):
        decide_course(priya, "approve_course", own)
    with pytest.raises(NotAllowed, match="those who manage programs"):
        decide_course(leo, "approve_course", own)


def test_courses_of_other_trainings_and_closed_ones_are_refused(leo, courses, program):
    priya = actor_of(employ_priya())
    with transaction():
        other = add_course(priya, CourseFacts("other", "Another", 10), at=clock.now())
    with pytest.raises(NotFound):
        show_course(leo, program, other)
    with transaction():
        move_program(priya, program, ProgramState.CLOSED, at=clock.now())
    with pytest.raises(BadInput, match="takes nothing new"):
        show_course(leo, program, courses[0])
    assert session().scalar(sa.select(sa.func.count()).select_from(Completion)) == 0


def _two_approve(app, leo, courses, program):
    from marketplace.access.roles import Role
    from tests.support.people import employ

    noor = employ("Noor Khan", department="People", roles=(Role.PROGRAM_MANAGER,))
    both, reference = (employ_priya(), noor), show_course(leo, program, courses[0])
    session().close()
    return all_at_once(
        app, 2, lambda number: decide_course(both[number], "approve_course", reference)
    )


@pytest.mark.race
def test_two_who_agree_at_once_give_one_answer(app, leo, courses, program):
    results = _two_approve(app, leo, courses, program)
    assert sorted(isinstance(r, DomainError) for r in results) == [False, True], results
    assert points(leo) == 10


@pytest.mark.race
def test_control_without_the_guard_both_get_an_answer(app, leo, courses, program, monkeypatch):
    only_id = lambda claim, _among, _seen: [type(claim).id == claim.id]  # noqa: E731
    monkeypatch.setattr(operations, "guards", only_id)
    results = _two_approve(app, leo, courses, program)
    assert not [result for result in results if isinstance(result, Exception)], results
