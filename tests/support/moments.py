"""Moments for the tests: Omar's meeting of marketing on the Monday of the tests."""

from datetime import date

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.people.operations.employment import department_named
from marketplace.people.queries import actor_of
from marketplace.recognition.moments.models import Moment
from marketplace.recognition.moments.operations.attending import CheckedIn, check_in
from marketplace.recognition.moments.operations.preparing import create_moment, pick
from marketplace.recognition.moments.policies import MomentFacts
from marketplace.recognition.terms import RecognitionTerms
from tests.support.people import employ_maya, employ_omar
from tests.support.recognition import run_recognition

TODAY = date(2026, 11, 23)
PAYS = RecognitionTerms(100, 300, most_points=50, attendance_points=25, attendance_times=2)


def paying_program(**details) -> int:
    """A recognition program that pays 25 points for a meeting elsewhere, twice a month."""
    return run_recognition(terms=PAYS, **details)


def hold_moment(
    *, title: str = "All-hands", program_id: int | None = None, on_day: date = TODAY
) -> Moment:
    """Omar's moment, hosted by marketing."""
    employ_maya()  # so that Omar leads somebody
    omar = actor_of(employ_omar())
    with transaction():
        facts = MomentFacts(title, on_day, department_named("Marketing"), (), program_id)
        slug = create_moment(omar, facts, at=clock.now())
    session().close()
    return session().query(Moment).filter_by(slug=slug).one()


def come(employee_id: int, moment_id: int, at=None) -> CheckedIn:
    """Somebody checks in, in a transaction of their own."""
    with transaction():
        return check_in(actor_of(employee_id), moment_id, at=at or clock.now())


def show(slug: str, *recognition_ids: int) -> int:
    """Omar picks recognitions; how many were new."""
    with transaction():
        return pick(actor_of(employ_omar()), slug, recognition_ids, at=clock.now())
