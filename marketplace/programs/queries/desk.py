"""What the program pages show to those who run programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from marketplace.awards.entitlements.models import Entitlement
from marketplace.awards.entitlements.states import EntitlementState
from marketplace.awards.models import Award, WaitingSettlement
from marketplace.budgets.models import Budget, BudgetBalance
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Department, Employee
from marketplace.programs.earning import earner_of
from marketplace.programs.models import Program, ProgramDepartment, ProgramEvent, ProgramRule
from marketplace.programs.queries.rules import RuleVersion, latest_version, rule_versions
from marketplace.programs.states import (
    BEFORE_LAUNCH,
    COUNTS,
    ENDED,
    ProgramKind,
    ProgramState,
)
from marketplace.programs.terms import terms_from_json

TOP_PEOPLE = 12


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """A program as a line of the manager's table; `waiting` points its budget could not give."""

    slug: str
    name: str
    kind: ProgramKind
    state: ProgramState
    starts_on: date
    ends_on: date
    paid: int
    people: int
    budget: str
    budget_left: int
    waiting: int

    @property
    def kind_label(self) -> str:
        """What kind of program it is, in words."""
        return earner_of(self.kind).facts.label


def program_rows(*, discarded: bool = False) -> list[ProgramRow]:
    """Every program with what it paid, whom it reached and what its budget has left.

    Drafts that were discarded are a list of their own.
    """
    return _program_rows((Program.state == ProgramState.DISCARDED) == discarded)


def program_row(slug: str) -> ProgramRow:
    """The line of one program. Raises NotFound."""
    rows = _program_rows(Program.slug == slug)
    if not rows:
        raise NotFound("There is no such program.")
    return rows[0]


def has_discarded() -> bool:
    """Whether any draft was ever discarded."""
    gone = sa.exists().where(Program.state == ProgramState.DISCARDED)
    return bool(session().scalar(sa.select(gone)))


def _program_rows(wanted: sa.ColumnElement[bool]) -> list[ProgramRow]:
    paid, reached = _paid(), _reached()
    rows = session().execute(
        sa.select(
            Program.slug,
            Program.name,
            Program.kind,
            Program.state,
            Program.starts_on,
            Program.ends_on,
            sa.func.coalesce(paid.c.points, 0),
            sa.func.coalesce(reached.c.people, 0),
            Budget.name,
            BudgetBalance.left,
            sa.func.coalesce(WaitingSettlement.needed, 0),
        )
        .join(Budget, Budget.id == Program.budget_id)
        .join(BudgetBalance, BudgetBalance.budget_id == Budget.id)
        .outerjoin(paid, paid.c.program_id == Program.id)
        .outerjoin(reached, reached.c.program_id == Program.id)
        .outerjoin(WaitingSettlement, WaitingSettlement.program_id == Program.id)
        .where(wanted)
        .order_by(Program.created_at.desc(), Program.id.desc())
    )
    return [ProgramRow(*row) for row in rows]


def _paid() -> sa.Subquery:
    points = sa.cast(sa.func.sum(Award.points), sa.BigInteger).label("points")
    return sa.select(Award.program_id, points).group_by(Award.program_id).subquery()


def _reached() -> sa.Subquery:
    """How many people have or had something of a program: points, or a reward without a line."""
    of_points = sa.select(Award.program_id, Award.employee_id)
    of_rewards = sa.select(Entitlement.program_id, Entitlement.employee_id).where(
        Entitlement.state != EntitlementState.ALTERNATE
    )
    each = sa.union(of_points, of_rewards).subquery()
    people = sa.func.count().label("people")
    return sa.select(each.c.program_id, people).group_by(each.c.program_id).subquery()


@dataclass(frozen=True, slots=True)
class ProgramMove:
    """One move of a program, who made it, when and why."""

    to_state: ProgramState
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PersonPaid:
    """What one person has from a program."""

    name: str
    department_id: int | None
    awards: int
    points: int


@dataclass(frozen=True, slots=True)
class ProgramDesk:
    """One program as its manager sees it. Without departments it is for everyone."""

    program: Program
    row: ProgramRow
    departments: Sequence[str]
    rules: Sequence[RuleVersion]
    moves: Sequence[ProgramMove]
    people: Sequence[PersonPaid]

    @property
    def id(self) -> int:
        """The program's id."""
        return self.program.id

    @property
    def has_ended(self) -> bool:
        """Whether nothing of it changes any more."""
        return self.program.state in ENDED

    def launch_obstacle(self) -> str | None:
        """What is missing before it can start, as its launch would say; None when nothing is."""
        if self.program.state not in BEFORE_LAUNCH:
            return None
        return earner_of(self.program.kind).start_obstacle(self.program, self.rules[0].rule)

    def people_obstacle(self) -> str | None:
        """Whose answer it needs since it started, and nobody could give; None when nobody's."""
        if self.program.state not in COUNTS:
            return None
        return earner_of(self.program.kind).people_obstacle(self.rules[0].rule.terms)


def program_of(slug: str, *, kind: ProgramKind | None = None) -> Program:
    """The program at an address, of one kind where that is asked. Raises NotFound.

    A discarded one has its desk left and nothing else.
    """
    program = program_at(slug)
    is_other = kind is not None and program.kind is not kind
    if is_other or program.state is ProgramState.DISCARDED:
        raise NotFound("There is no such program.")
    return program


def program_at(slug: str) -> Program:
    """The program at an address, discarded or not. Raises NotFound."""
    program = session().execute(sa.select(Program).where(Program.slug == slug)).scalar_one_or_none()
    if program is None:
        raise NotFound("There is no such program.")
    return program


def program_desk(slug: str) -> ProgramDesk:
    """Everything about one program, discarded or not. Raises NotFound."""
    program = program_at(slug)
    [row] = _program_rows(Program.id == program.id)
    return ProgramDesk(
        program=program,
        row=row,
        departments=_departments(program.id),
        rules=rule_versions(program),
        moves=_moves(program.id),
        people=_people_paid(program.id),
    )


def people_obstacles() -> dict[str, str]:
    """Which programs, by address, need an answer that nobody can give, and what to do."""
    rows = session().execute(
        sa.select(Program, ProgramRule.terms)
        .join(ProgramRule, ProgramRule.program_id == Program.id)
        .where(Program.state != ProgramState.SETTLED, latest_version())
    )
    found = {program.slug: _people_obstacle(program.kind, kept) for program, kept in rows}
    return {slug: obstacle for slug, obstacle in found.items() if obstacle}


def _people_obstacle(kind: ProgramKind, kept: Any) -> str | None:
    earner = earner_of(kind)
    return earner.people_obstacle(terms_from_json(earner.facts.terms, kept))


def departments_of(program_id: int) -> Sequence[int]:
    """The ids of the departments a program is for; none for everyone."""
    chosen = sa.select(ProgramDepartment.department_id).where(
        ProgramDepartment.program_id == program_id
    )
    return session().scalars(chosen).all()


def _departments(program_id: int) -> list[str]:
    return list(
        session().scalars(
            sa.select(Department.name)
            .join(ProgramDepartment, ProgramDepartment.department_id == Department.id)
            .where(ProgramDepartment.program_id == program_id)
            .order_by(Department.name)
        )
    )


def _moves(program_id: int) -> list[ProgramMove]:
    rows = session().execute(
        sa.select(ProgramEvent.to_state, Employee.name, ProgramEvent.at, ProgramEvent.reason)
        .outerjoin(Employee, Employee.id == ProgramEvent.actor_id)
        .where(ProgramEvent.program_id == program_id)
        .order_by(ProgramEvent.id)
    )
    return [ProgramMove(state, by or "Laurel", at, reason) for state, by, at, reason in rows]


def _people_paid(program_id: int) -> list[PersonPaid]:
    points = sa.cast(sa.func.sum(Award.points), sa.BigInteger)
    rows = session().execute(
        sa.select(
            Employee.name, Employee.department_id, sa.func.count(sa.distinct(Award.subject)), points
        )
        .join(Employee, Employee.id == Award.employee_id)
        .where(Award.program_id == program_id)
        .group_by(Employee.id, Employee.name, Employee.department_id)
        .having(points != 0)
        .order_by(points.desc(), Employee.name)
        .limit(TOP_PEOPLE)
    )
    return [PersonPaid(*row) for row in rows]
