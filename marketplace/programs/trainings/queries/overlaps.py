"""A course brings points in one program at a time, so that it is paid once ever."""

from collections.abc import Collection

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.programs.models import Program, ProgramRule
from marketplace.programs.queries.rules import latest_version
from marketplace.programs.states import ProgramKind, ProgramState
from marketplace.programs.terms import terms_from_json
from marketplace.programs.trainings.models import Course
from marketplace.programs.trainings.terms import TrainingTerms

_TAKEN = (
    ProgramState.SCHEDULED,
    ProgramState.RUNNING,
    ProgramState.CLOSED,
    ProgramState.SETTLED,
)


def overlap_obstacle(program: Program, course_ids: Collection[int]) -> str | None:
    """The other program of the same days that has one of the courses, and what to do."""
    others = session().execute(
        sa.select(Program.name, ProgramRule.terms)
        .join(ProgramRule, ProgramRule.program_id == Program.id)
        .where(
            Program.kind == ProgramKind.TRAINING,
            Program.id != program.id,
            Program.state.in_(_TAKEN),
            Program.starts_on <= program.ends_on,
            Program.ends_on >= program.starts_on,
            latest_version(),
        )
        .order_by(Program.id)
    )
    for name, kept in others:
        shared = set(terms_from_json(TrainingTerms, kept).course_ids) & set(course_ids)
        if shared:
            course = session().scalar(sa.select(Course.name).where(Course.id == min(shared)))
            return (
                f"“{course}” is part of “{name}” on the same days, and a course brings points "
                "once. Take it out, or choose other days."
            )
    return None
