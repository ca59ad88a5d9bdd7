"""A path as one person walks it, and the badges they earned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel.db import session
from marketplace.people.deciders import nobody_may
from marketplace.programs.models import Program, ProgramRule
from marketplace.programs.queries.rules import latest_version
from marketplace.programs.states import ProgramState
from marketplace.programs.terms import terms_from_json
from marketplace.programs.trainings.models import Completion, Course, CourseClaim, TrainingBadge
from marketplace.programs.trainings.queries.courses import COURSES, CourseRow
from marketplace.programs.trainings.states import CourseClaimState
from marketplace.programs.trainings.terms import TrainingTerms


@dataclass(frozen=True, slots=True)
class Step:
    """A course of the path as one person sees it: done, claimed, or ahead.

    `is_alone`: nobody but this person decides on claimed courses.
    """

    number: int
    course: CourseRow
    points: int
    done_on: date | None
    claim: CourseClaim | None
    is_open: bool
    is_alone: bool

    @property
    def is_stuck(self) -> bool:
        """Whether a claim for it waits, and nobody could answer."""
        return self.is_waiting and self.is_alone

    @property
    def is_waiting(self) -> bool:
        """Whether a claim for it waits for an answer."""
        return self.claim is not None and self.claim.state is CourseClaimState.WAITING

    @property
    def may_be_claimed(self) -> bool:
        """Whether its completion can be sent now."""
        return self.is_open and self.done_on is None and not self.is_waiting

    @property
    def refusal(self) -> str:
        """Why the last claim was declined or taken back."""
        if self.done_on or self.claim is None or self.is_waiting:
            return ""
        return self.claim.reason


@dataclass(frozen=True, slots=True)
class Path:
    """The whole path for one person."""

    steps: Sequence[Step]
    bonus: int
    earned_on: date | None

    @property
    def done(self) -> int:
        """How many courses are completed."""
        return sum(step.done_on is not None for step in self.steps)

    @property
    def is_cross_functional(self) -> bool:
        """Whether a course teaches the other department's work."""
        return any(step.course.is_cross_functional for step in self.steps)


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known of one course for one person."""

    course: CourseRow
    done_on: date | None
    claim: CourseClaim | None
    is_alone: bool


def path_for(actor: Actor, program: Program) -> Path:
    """The path of a program as this person walks it, in one statement."""
    earned = sa.select(TrainingBadge.earned_on).where(
        TrainingBadge.program_id == program.id, TrainingBadge.employee_id == actor.id
    )
    query = (
        COURSES.join(ProgramRule, ProgramRule.program_id == program.id)
        .outerjoin(CourseClaim, CourseClaim.id == _last_claim(actor, program.id))
        .add_columns(
            _done_on(actor), CourseClaim, _is_alone(), ProgramRule.terms, earned.scalar_subquery()
        )
        .where(latest_version())
    )
    rows = session().execute(query).all()
    found = {row[0]: _Found(CourseRow(*row[:-5]), *row[-5:-2]) for row in rows}
    terms = terms_from_json(TrainingTerms, rows[0][-2])
    return Path(_steps(terms, found, program.state), terms.bonus, rows[0][-1])


def _steps(terms: TrainingTerms, found: Mapping[int, _Found], state: ProgramState) -> list[Step]:
    return [
        Step(
            number,
            found[step.course_id].course,
            step.points,
            found[step.course_id].done_on,
            found[step.course_id].claim,
            state is ProgramState.RUNNING,
            bool(found[step.course_id].is_alone),
        )
        for number, step in enumerate(terms.path, 1)
    ]


def _is_alone() -> sa.ColumnElement[bool]:
    """Whether nobody but the claimant of the row could decide on it."""
    return nobody_may(Permission.PROGRAMS_MANAGE, CourseClaim.employee_id)


def _done_on(actor: Actor) -> sa.ScalarSelect[date]:
    """The first day ever on which somebody completed the course of the row."""
    return (
        sa.select(sa.func.min(Completion.on_day))
        .where(
            Completion.course_id == Course.id,
            Completion.employee_id == actor.id,
            Completion.stands,
        )
        .correlate(Course)
        .scalar_subquery()
    )


def _last_claim(actor: Actor, program_id: int) -> sa.ScalarSelect[int]:
    """The newest claim of the course of the row."""
    other = aliased(CourseClaim)
    return (
        sa.select(sa.func.max(other.id))
        .where(
            other.program_id == program_id,
            other.employee_id == actor.id,
            other.course_id == Course.id,
        )
        .correlate(Course)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class EarnedBadge:
    """A badge of a whole path."""

    slug: str
    name: str
    earned_on: date


def badges_of(actor: Actor) -> Sequence[EarnedBadge]:
    """The badges one earned, the newest first."""
    rows = session().execute(
        sa.select(Program.slug, Program.name, TrainingBadge.earned_on)
        .join(Program, Program.id == TrainingBadge.program_id)
        .where(TrainingBadge.employee_id == actor.id)
        .order_by(TrainingBadge.earned_on.desc(), Program.id)
    )
    return [EarnedBadge(*row) for row in rows]
