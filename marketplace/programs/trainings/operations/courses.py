"""Making and changing courses."""

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput
from marketplace.programs.trainings.models import Course


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """What is known of a course. `slug` is its short name in files and addresses."""

    slug: str
    name: str
    minutes: int
    made_for_id: int | None = None
    about_id: int | None = None
    link: str = ""


def add_course(actor: Actor, facts: CourseFacts, *, at: datetime) -> int:
    """Add a course and answer its id. Raises BadInput for a name or short name in use."""
    _refuse_doubles(facts, 0)
    course = Course(created_at=at, **asdict(facts))
    session().add(course)
    session().flush()
    audit.record(actor.employee_id, "courses.add", f"course:{facts.slug}", at=at)
    return course.id


def change_course(actor: Actor, course_id: int, facts: CourseFacts, *, at: datetime) -> None:
    """Change what is known of a course; its short name stays, because files and awards use it."""
    course = session().get_one(Course, course_id, populate_existing=True)
    kept = {**asdict(facts), "slug": course.slug}
    _refuse_doubles(CourseFacts(**kept), course_id)
    for name, value in kept.items():
        setattr(course, name, value)
    audit.record(actor.employee_id, "courses.change", f"course:{course.slug}", at=at)


def _refuse_doubles(facts: CourseFacts, course_id: int) -> None:
    taken = session().execute(
        sa.select(Course.slug, Course.name).where(
            Course.id != course_id, sa.or_(Course.slug == facts.slug, Course.name == facts.name)
        )
    )
    for slug, name in taken:
        which = f"the short name “{slug}”" if slug == facts.slug else f"the name “{name}”"
        raise BadInput(f"A course with {which} exists. Choose another.")
