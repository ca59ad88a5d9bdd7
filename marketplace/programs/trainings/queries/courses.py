"""Courses as lists and forms show them."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Department
from marketplace.programs.trainings.models import Completion, Course


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course with its departments in words."""

    id: int
    slug: str
    name: str
    minutes: int
    link: str
    made_for: str
    about: str
    made_for_id: int | None
    about_id: int | None

    @property
    def is_cross_functional(self) -> bool:
        """Whether it teaches one department the work of another."""
        return bool(self.made_for and self.about and self.made_for != self.about)

    @property
    def mark(self) -> str:
        """The two departments in a few words."""
        if self.is_cross_functional:
            return f"{self.about} for {self.made_for}"
        return f"For {self.made_for}" if self.made_for else "For everyone"

    @property
    def length(self) -> str:
        """How long it takes, in words."""
        hours, minutes = divmod(self.minutes, 60)
        if not hours:
            return f"{minutes} min"
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"


_FOR_WHOM, _ABOUT = aliased(Department), aliased(Department)
COURSES = (
    sa.select(
        Course.id,
        Course.slug,
        Course.name,
        Course.minutes,
        Course.link,
        sa.func.coalesce(_FOR_WHOM.name, ""),
        sa.func.coalesce(_ABOUT.name, ""),
        Course.made_for_id,
        Course.about_id,
    )
    .select_from(Course)
    .outerjoin(_FOR_WHOM, _FOR_WHOM.id == Course.made_for_id)
    .outerjoin(_ABOUT, _ABOUT.id == Course.about_id)
    .order_by(Course.name)
)
"""The columns of a `CourseRow`; what is added to them comes behind."""


def courses(wanted: sa.ColumnElement[bool] | None = None) -> Sequence[CourseRow]:
    """Courses by name."""
    rows = session().execute(COURSES if wanted is None else COURSES.where(wanted))
    return [CourseRow(*row) for row in rows]


def course_at(slug: str) -> CourseRow:
    """One course by its short name. Raises NotFound."""
    found = courses(Course.slug == slug)
    if not found:
        raise NotFound("There is no such course.")
    return found[0]


def course_ids_by_name() -> dict[str, int]:
    """Courses by short name and by name, in lower case; short names win."""
    rows = session().execute(sa.select(Course.id, Course.slug, Course.name)).all()
    named = {row.name.casefold(): row.id for row in rows}
    return named | {row.slug.casefold(): row.id for row in rows}


def people_by_course() -> dict[int, int]:
    """How many people completed each course."""
    rows = session().execute(
        sa.select(Completion.course_id, sa.func.count(sa.distinct(Completion.employee_id)))
        .where(Completion.stands)
        .group_by(Completion.course_id)
    )
    return {row[0]: row[1] for row in rows}
