"""Who shares in a goal, and how far goals and paths were when they were last evaluated."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.models import Department, Employee
from marketplace.people.states import EmployeeStatus
from marketplace.programs.goals.models import GoalSharer, GoalStanding, PathStanding
from marketplace.programs.goals.standing import GoalSoFar, PathSoFar, PathsSoFar
from marketplace.programs.terms import terms_from_json

SHOWN_PEOPLE = 50


def sharers_of(program_id: int) -> dict[str, list[int]]:
    """Who shares each milestone that was once reached, by its subject."""
    rows = session().execute(
        sa.select(GoalSharer.subject, GoalSharer.employee_id)
        .where(GoalSharer.program_id == program_id)
        .order_by(GoalSharer.subject, GoalSharer.employee_id)
    )
    found: dict[str, list[int]] = {}
    for subject, employee_id in rows:
        found.setdefault(subject, []).append(employee_id)
    return found


def people_of(departments: Collection[int]) -> dict[int, tuple[int | None, date | None]]:
    """Active people of these departments, or all: their department and when they came."""
    query = sa.select(Employee.id, Employee.department_id, Employee.hired_on).where(
        Employee.status == EmployeeStatus.ACTIVE
    )
    if departments:
        query = query.where(Employee.department_id.in_(departments))
    rows = session().execute(query.order_by(Employee.id))
    return {who: (department, hired_on) for who, department, hired_on in rows}


def goal_so_far(program_id: int) -> tuple[GoalSoFar, datetime] | None:
    """A shared goal as it was last evaluated, and when; None before the first time."""
    kept = session().get(GoalStanding, program_id)
    return None if kept is None else (terms_from_json(GoalSoFar, kept.standing), kept.at)


def paths_so_far(program_id: int) -> tuple[PathsSoFar, datetime] | None:
    """How many reached each step of a path, and when that was; None before the first time."""
    kept = session().get(GoalStanding, program_id)
    return None if kept is None else (terms_from_json(PathsSoFar, kept.standing), kept.at)


def path_of(program_id: int, employee_id: int) -> PathSoFar | None:
    """One person's path as it was last evaluated; None when they have no target in it."""
    kept = session().get(PathStanding, (program_id, employee_id))
    return None if kept is None else terms_from_json(PathSoFar, kept.standing)


@dataclass(frozen=True, slots=True)
class PersonsPath:
    """Somebody's path as a line of the desk."""

    name: str
    department: str
    reached: int
    aims: int
    path: PathSoFar


def furthest(program_id: int) -> Sequence[PersonsPath]:
    """Those who reached the most steps, the furthest first."""
    rows = session().execute(
        sa.select(Employee.name, Department.name, PathStanding)
        .join(Employee, Employee.id == PathStanding.employee_id)
        .outerjoin(Department, Department.id == Employee.department_id)
        .where(PathStanding.program_id == program_id)
        .order_by(PathStanding.reached.desc(), Employee.name, Employee.id)
        .limit(SHOWN_PEOPLE)
    )
    return [
        PersonsPath(
            name,
            department or "",
            kept.reached,
            kept.aims,
            terms_from_json(PathSoFar, kept.standing),
        )
        for name, department, kept in rows
    ]


def empty_departments(departments: Collection[int]) -> list[str]:
    """The names of those departments in which nobody works."""
    active = sa.select(Employee.department_id).where(
        Employee.status == EmployeeStatus.ACTIVE, Employee.department_id.is_not(None)
    )
    return list(
        session().scalars(
            sa.select(Department.name)
            .where(Department.id.in_(departments), Department.id.not_in(active))
            .order_by(Department.name)
        )
    )
