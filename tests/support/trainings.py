"""Trainings for the tests: marketing for sellers, in three courses."""

from datetime import date
from typing import Any

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.evidence import clean_file
from marketplace.people.operations.employment import department_named
from marketplace.people.queries import actor_of
from marketplace.programs.states import ProgramKind
from marketplace.programs.trainings.operations import claims
from marketplace.programs.trainings.operations.claims import NewCourseClaim, claim_course
from marketplace.programs.trainings.operations.completions import (
    Completed,
    Reporter,
    record_completions,
    settle_courses,
)
from marketplace.programs.trainings.operations.courses import CourseFacts, add_course
from marketplace.programs.trainings.terms import PathCourse, TrainingTerms
from tests.support.claims import NOVEMBER
from tests.support.people import employ_priya
from tests.support.pictures import picture
from tests.support.programs import run_kind
from tests.support.redemption import new_key

COURSES = (("reading", "Reading a campaign"), ("audience", "Who we talk to"), ("leads", "A lead"))


def add_courses(*, made_for: str = "Sales", about: str = "Marketing") -> list[int]:
    """The three courses of marketing, made for sales; answers their ids."""
    priya, at = actor_of(employ_priya()), clock.now()
    with transaction():
        for_whom, whose = department_named(made_for), department_named(about)
        return [
            add_course(priya, CourseFacts(slug, name, 45, for_whom, whose), at=at)
            for slug, name in COURSES
        ]


def run_training(ids: list[int], *, bonus: int = 50, **options: Any) -> int:
    """Priya's running training of these courses: 10, 20, 30 points, and a bonus."""
    terms = TrainingTerms(
        tuple(PathCourse(one, 10 * place) for place, one in enumerate(ids, 1)), bonus
    )
    slug = options.pop("slug", "marketing-for-sellers")
    return run_kind(ProgramKind.TRAINING, terms, slug=slug, **options)


def completed(employee_id: int, *course_ids: int, on_day: date = NOVEMBER, mark: str = "A") -> Any:
    """Reports that somebody completed courses, as an import brings them."""
    reports = [
        Completed(employee_id, one, on_day, f"{mark}{employee_id}-{one}") for one in course_ids
    ]
    priya, at = actor_of(employ_priya()), clock.now()
    session().close()
    with transaction():
        found = record_completions(reports, by=Reporter("A file", priya, at))
        settle_courses(found.courses, actor=priya, at=at)
    return found


def show_course(employee_id: int, program_id: int, course_id: int) -> str:
    """Somebody sends what shows a course; answers the reference."""
    new = NewCourseClaim(course_id, NOVEMBER, (clean_file("a.png", picture()),))
    actor = actor_of(employee_id)
    session().close()
    with transaction():
        return claim_course(actor, program_id, new, request_key=new_key(), at=clock.now())


def decide_course(employee_id: int, deed: str, reference: str, *words: str) -> Any:
    """Somebody approves, declines or takes back a course that was sent."""
    actor = actor_of(employee_id)
    session().close()
    with transaction():
        return getattr(claims, deed)(actor, reference, *words, at=clock.now())
