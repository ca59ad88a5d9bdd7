"""A path as one person walks it, and the badges they earned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.programs.models import Program
from marketplace.programs.queries.rules import current_rule
from marketplace.programs.states import ProgramState
from marketplace.programs.trainings.models import Completion, CourseClaim, TrainingBadge
from marketplace.programs.trainings.queries.courses import CourseRow, courses_by_id
from marketplace.programs.trainings.states import CourseClaimState
from marketplace.programs.trainings.terms import TrainingTerms


@dataclass(frozen=True, slots=True)
class Step:
    """A course of the path as one person sees it: done, claimed, or ahead."""

    number: int
    course: CourseRow
    points: int
    done_on: date | None
    claim: CourseClaim | None
    is_open: bool

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


def path_for(actor: Actor, program: Program) -> Path:
    """The path of a program as this person walks it."""
    terms: TrainingTerms = current_rule(program).terms
    known = courses_by_id(terms.course_ids)
    done, claims = _done(actor, terms), _claims(actor, program.id)
    is_open = program.state is ProgramState.RUNNING
    steps = [
        Step(
            number,
            known[step.course_id],
            step.points,
            done.get(step.course_id),
            claims.get(step.course_id),
            is_open,
        )
        for number, step in enumerate(terms.path, 1)
    ]
    earned = session().scalar(
        sa.select(TrainingBadge.earned_on).where(
            TrainingBadge.program_id == program.id, TrainingBadge.employee_id == actor.id
        )
    )
    return Path(steps, terms.bonus, earned)


def _done(actor: Actor, terms: TrainingTerms) -> dict[int, date]:
    rows = session().execute(
        sa.select(Completion.course_id, sa.func.min(Completion.on_day))
        .where(
            Completion.employee_id == actor.id,
            Completion.course_id.in_(terms.course_ids),
            Completion.stands,
        )
        .group_by(Completion.course_id)
    )
    return {row[0]: row[1] for row in rows}


def _claims(actor: Actor, program_id: int) -> dict[int, CourseClaim]:
    """The newest claim for each course."""
    rows = session().scalars(
        sa.select(CourseClaim)
        .where(CourseClaim.program_id == program_id, CourseClaim.employee_id == actor.id)
        .order_by(CourseClaim.id)
    )
    return {claim.course_id: claim for claim in rows}


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
