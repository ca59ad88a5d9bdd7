"""Who came to a moment, who may come, and what coming deserves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.models import Department, Employee
from marketplace.people.states import EmployeeStatus
from marketplace.programs.earning import Deserved, Run
from marketplace.recognition.moments.models import Attendance, Moment
from marketplace.web.filters import points_word

PREFIX = "attendance:"


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who came."""

    employee_id: int
    name: str
    department: str
    is_guest: bool
    points: int
    checked_in_at: datetime


def attendees(moment_id: int) -> list[Attendee]:
    """Who checked in, by name."""
    rows = session().execute(
        sa.select(
            Employee.id,
            Employee.name,
            sa.func.coalesce(Department.name, ""),
            Attendance.department_id.is_distinct_from(Moment.department_id),
            Attendance.points,
            Attendance.checked_in_at,
        )
        .select_from(Attendance)
        .join(Moment, Moment.id == Attendance.moment_id)
        .join(Employee, Employee.id == Attendance.employee_id)
        .outerjoin(Department, Department.id == Attendance.department_id)
        .where(Attendance.moment_id == moment_id)
        .order_by(Employee.name, Employee.id)
    )
    return [
        Attendee(who, name, department, bool(is_guest), points, when)
        for who, name, department, is_guest, points, when in rows
    ]


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody whose code is on the attendee sheet."""

    id: int
    name: str
    department: str


def expected(moment_id: int, department_ids: Collection[int], *, limit: int) -> list[Expected]:
    """People at work of these departments and whoever checked in already, by name."""
    came = sa.select(Attendance.employee_id).where(Attendance.moment_id == moment_id)
    rows = session().execute(
        sa.select(Employee.id, Employee.name, sa.func.coalesce(Department.name, ""))
        .outerjoin(Department, Department.id == Employee.department_id)
        .where(
            Employee.status == EmployeeStatus.ACTIVE,
            sa.or_(Employee.department_id.in_(sorted(department_ids)), Employee.id.in_(came)),
        )
        .order_by(Employee.name, Employee.id)
        .limit(limit)
    )
    return [Expected(*row) for row in rows]


def subject_of(moment_id: int) -> str:
    """What the points for coming to a moment are granted for."""
    return f"{PREFIX}{moment_id}"


def attendance_deserved(run: Run) -> tuple[Sequence[Deserved], Collection[str]]:
    """What coming to meetings of other departments brought, for the moments named or all."""
    query = (
        sa.select(Attendance, Moment.title, Department.name)
        .join(Moment, Moment.id == Attendance.moment_id)
        .join(Department, Department.id == Moment.department_id)
        .where(Attendance.program_id == run.program.id, Attendance.points > 0)
        .order_by(Attendance.moment_id, Attendance.employee_id)
    )
    named = {group for group in run.groups or () if group.startswith(PREFIX)}
    if run.groups is not None:
        if not named:
            return [], ()
        ids = sorted(int(group.removeprefix(PREFIX)) for group in named)
        query = query.where(Attendance.moment_id.in_(ids))
    found = [_deserved(run, came, title, host) for came, title, host in session().execute(query)]
    return found, named


def _deserved(run: Run, came: Attendance, title: str, host: str) -> Deserved:
    return Deserved(
        employee_id=came.employee_id,
        subject=subject_of(came.moment_id),
        points=came.points,
        occurred_on=came.checked_in_at.astimezone(UTC).date(),
        reason=f"{run.program.name}: “{title}”",
        explanation={
            "event": f"You came to “{title}” of {host}",
            "formula": f"{points_word(came.points)} for a meeting of another department",
        },
    )
