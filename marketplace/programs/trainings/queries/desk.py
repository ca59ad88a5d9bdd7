"""Trainings as those who run them see them: who completed what, and what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.access.actor import Actor
from marketplace.budgets.models import Budget, BudgetBalance
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.deciders import Deciders
from marketplace.people.models import Department, Employee
from marketplace.programs.claimed.queries import Decidable, Waiting
from marketplace.programs.models import Program, ProgramRule
from marketplace.programs.queries.evidence import EvidenceRow, evidence_of
from marketplace.programs.queries.rules import latest_version
from marketplace.programs.terms import terms_from_json
from marketplace.programs.trainings.models import Completion, Course, CourseClaim, subject_of
from marketplace.programs.trainings.states import CourseClaimState
from marketplace.programs.trainings.terms import TrainingTerms

SHOWN = 50
COURSE_CLAIMS = Decidable(CourseClaim, frozenset({CourseClaimState.WAITING}))
Claimant = aliased(Employee)


@dataclass(frozen=True, slots=True)
class CourseClaimRow:
    """A claimed course as a line of a list."""

    id: int
    reference: str
    course: str
    who: str
    department: str
    on_day: date
    state: CourseClaimState
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class CompletionRow:
    """Who completed which course, and when."""

    who: str
    department: str
    course: str
    on_day: date


@dataclass(frozen=True, slots=True)
class CourseClaimPage:
    """Everything about one claimed course."""

    claim: CourseClaim
    program: Program
    course: str
    who: str
    department: str
    decided_by: str
    points: int
    evidence: Sequence[EvidenceRow]
    budget: str
    left: int
    deciders: Deciders


_CLAIM = (
    sa.select(
        CourseClaim.id,
        CourseClaim.reference,
        Course.name,
        Employee.name,
        sa.func.coalesce(Department.name, ""),
        CourseClaim.on_day,
        CourseClaim.state,
        CourseClaim.submitted_at,
    )
    .join(Course, Course.id == CourseClaim.course_id)
    .join(Employee, Employee.id == CourseClaim.employee_id)
    .outerjoin(Department, Department.id == Employee.department_id)
)


_DECIDED_BY = sa.select(Employee.name).where(Employee.id == CourseClaim.decided_by_id)
_PAGE = (
    sa.select(
        CourseClaim,
        Program,
        ProgramRule.terms,
        Course.name,
        Claimant.name,
        sa.func.coalesce(Department.name, ""),
        sa.func.coalesce(_DECIDED_BY.correlate(CourseClaim).scalar_subquery(), ""),
        Budget.name,
        BudgetBalance.left,
    )
    .join(Program, Program.id == CourseClaim.program_id)
    .join(Budget, Budget.id == Program.budget_id)
    .join(BudgetBalance, BudgetBalance.budget_id == Budget.id)
    .join(ProgramRule, ProgramRule.program_id == Program.id)
    .join(Course, Course.id == CourseClaim.course_id)
    .join(Claimant, Claimant.id == CourseClaim.employee_id)
    .outerjoin(Department, Department.id == Claimant.department_id)
    .where(latest_version())
)


def course_claims(program_id: int) -> Sequence[CourseClaimRow]:
    """The claimed courses of a training, those that wait first."""
    rows = session().execute(
        _CLAIM.where(CourseClaim.program_id == program_id)
        .order_by(CourseClaim.state != CourseClaimState.WAITING, CourseClaim.id.desc())
        .limit(SHOWN)
    )
    return [CourseClaimRow(*row) for row in rows]


def courses_to_decide(actor: Actor) -> Sequence[tuple[CourseClaimRow, int, Waiting]]:
    """The oldest courses that wait for this person or for nobody, and the points each brings."""
    return [
        (CourseClaimRow(*one.row[:-1]), _points_of(one.terms, one.row[-1]), one)
        for one in COURSE_CLAIMS.listed(_CLAIM.add_columns(CourseClaim.course_id), actor)
    ]


def _points_of(kept: Any, course_id: int) -> int:
    path = terms_from_json(TrainingTerms, kept).path
    return sum(step.points for step in path if step.course_id == course_id)


def last_completions(terms: TrainingTerms, limit: int = SHOWN) -> Sequence[CompletionRow]:
    """Who last completed a course of a path."""
    rows = session().execute(
        sa.select(
            Employee.name, sa.func.coalesce(Department.name, ""), Course.name, Completion.on_day
        )
        .join(Employee, Employee.id == Completion.employee_id)
        .outerjoin(Department, Department.id == Employee.department_id)
        .join(Course, Course.id == Completion.course_id)
        .where(Completion.course_id.in_(terms.course_ids), Completion.stands)
        .order_by(Completion.on_day.desc(), Completion.id.desc())
        .limit(limit)
    )
    return [CompletionRow(*row) for row in rows]


def terms_and_waiting(program_id: int) -> tuple[TrainingTerms, int]:
    """The terms of a training, and how many claimed courses wait."""
    waiting = sa.select(sa.func.count(CourseClaim.id)).where(
        CourseClaim.program_id == program_id, CourseClaim.state == CourseClaimState.WAITING
    )
    kept, count = (
        session()
        .execute(
            sa.select(ProgramRule.terms, waiting.scalar_subquery()).where(
                ProgramRule.program_id == program_id, latest_version()
            )
        )
        .one()
    )
    return terms_from_json(TrainingTerms, kept), count


def course_claim(reference: str, program_id: int | None = None) -> CourseClaim:
    """A claimed course, of one training where that is asked. Raises NotFound."""
    found = session().scalar(sa.select(CourseClaim).where(CourseClaim.reference == reference))
    if found is None or (program_id is not None and found.program_id != program_id):
        raise NotFound("There is no such claim here.")
    return found


def course_claim_page(slug: str, reference: str) -> CourseClaimPage:
    """Everything about one claimed course of a training. Raises NotFound."""
    row = session().execute(_PAGE.where(CourseClaim.reference == reference, Program.slug == slug))
    found: Any = row.one_or_none()
    if found is None:
        raise NotFound("There is no such claim in this training.")
    claim, program, kept, course, who, department, decided_by, budget, left = found
    return CourseClaimPage(
        claim=claim,
        program=program,
        course=course,
        who=who,
        department=department,
        decided_by=decided_by,
        points=_points_of(kept, claim.course_id),
        evidence=evidence_of(subject_of(reference)),
        budget=budget,
        left=int(left),
        deciders=COURSE_CLAIMS.deciders(claim),
    )
