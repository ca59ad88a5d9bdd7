"""Who the rows of a file are, who their managers are, and what importing them would change."""

from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.tabular.profile import PersonBy
from marketplace.people.models import Department, Employee, EmployeeKey
from marketplace.people.operations.roster.staging import (
    MANAGER,
    Staged,
    good,
    other_row,
)
from marketplace.people.states import EmployeeStatus, Verdict


def start_over(run_id: int) -> None:
    """Forget what an earlier look found; on PostgreSQL count the rows for the planner."""
    session().execute(
        sa.update(Staged)
        .where(Staged.run_id == run_id, Staged.verdict != Verdict.UNJUDGED)
        .values(verdict=Verdict.UNJUDGED, employee_id=None, manager_line=None, manager_id=None)
    )
    if session().get_bind().dialect.name == "postgresql":
        session().execute(sa.text("ANALYZE staged_people"))


def find_people(run_id: int) -> None:
    """Match the current rows with the people who are here."""
    _update(
        sa.update(Staged)
        .where(*good(run_id), Employee.external_id == Staged.external_id)
        .values(employee_id=Employee.id)
    )


def find_managers(run_id: int, by: PersonBy, source: str) -> None:
    """Find each row's manager in the file (superseded rows count as keys) and among people here."""
    if by == "row_key":
        _by_row_key(run_id, source)
    else:
        _by_own_column(run_id, by)
    boss = other_row()
    _update(
        sa.update(Staged)
        .where(
            *good(run_id),
            boss.run_id == run_id,
            boss.line == Staged.manager_line,
            boss.employee_id.is_not(None),
        )
        .values(manager_id=boss.employee_id)
    )


def _update(statement: Any) -> None:
    session().execute(statement, execution_options={"synchronize_session": False})


def _by_row_key(run_id: int, source: str) -> None:
    key, boss = other_row(), other_row()
    _update(
        sa.update(Staged)
        .where(
            *good(run_id),
            key.run_id == run_id,
            key.row_key == Staged.manager,
            boss.run_id == run_id,
            boss.external_id == key.external_id,
            boss.is_current.is_(True),
        )
        .values(manager_line=boss.line)
    )
    _update(
        sa.update(Staged)
        .where(
            *good(run_id),
            Staged.manager_line.is_(None),
            EmployeeKey.source == source,
            EmployeeKey.key == Staged.manager,
        )
        .values(manager_id=EmployeeKey.employee_id)
    )


def _by_own_column(run_id: int, by: PersonBy) -> None:
    named = {"identity": "external_id", "email": "email", "name": "name"}[by]
    boss = other_row()
    in_file, here = getattr(boss, named), getattr(Employee, named)
    lines = (
        sa.select(in_file.label("called"), sa.func.min(boss.line).label("line"))
        .where(boss.run_id == run_id, boss.is_current.is_(True), in_file.is_not(None))
        .group_by(in_file)
        .having(sa.func.count() == 1 if by == "name" else sa.true())
        .subquery()
    )
    _update(
        sa.update(Staged)
        .where(*good(run_id), lines.c.called == Staged.manager)
        .values(manager_line=lines.c.line)
    )
    twice_in_file = sa.exists().where(
        boss.run_id == run_id, boss.is_current.is_(True), in_file == Staged.manager
    )
    ids = (
        sa.select(here.label("called"), sa.func.min(Employee.id).label("id"))
        .where(here.is_not(None))
        .group_by(here)
        .having(sa.func.count() == 1)
        .subquery()
    )
    _update(
        sa.update(Staged)
        .where(
            *good(run_id),
            Staged.manager_line.is_(None),
            ~twice_in_file,
            ids.c.called == Staged.manager,
        )
        .values(manager_id=ids.c.id)
    )


def status_of(today: Any) -> sa.ColumnElement[Any]:
    """Whether a staged person is at work on that day."""
    has_left = Staged.left_on <= today
    kind = Employee.status.type
    return sa.case(
        (has_left, sa.literal(EmployeeStatus.LEFT, kind)),
        else_=sa.literal(EmployeeStatus.ACTIVE, kind),
    )


def department_id_of() -> sa.ScalarSelect[Any]:
    """The department of a staged person, once it is known."""
    return (
        sa.select(Department.id)
        .where(Department.name_key == Staged.department_key)
        .correlate(Staged)
        .scalar_subquery()
    )


def differences(columns: set[str], today: Any) -> dict[str, tuple[Any, Any]]:
    """For each mapped column what stands here and what the file says. Needs a join of both."""
    pairs: dict[str, tuple[Any, Any]] = {
        name: (getattr(Employee, name), getattr(Staged, name))
        for name in sorted(columns - {MANAGER, "department", "left_on"})
    }
    if "department" in columns:
        pairs["department"] = (Department.name_key, Staged.department_key)
    if MANAGER in columns:
        pairs[MANAGER] = (Employee.manager_id, Staged.manager_id)
    pairs["status"] = (Employee.status, status_of(today))
    if "left_on" in columns:
        pairs["left_on"] = (Employee.left_on, Staged.left_on)
    return pairs


def judge(run_id: int, columns: set[str], today: Any) -> None:
    """Say of each good row whether it is new, changes something, or nothing."""
    _update(
        sa.update(Staged)
        .where(*good(run_id), Staged.employee_id.is_(None))
        .values(verdict=Verdict.NEW)
    )
    pairs = differences(columns, today)
    differs = sa.or_(*(here.is_distinct_from(there) for here, there in pairs.values()))
    if MANAGER in columns:  # a manager who is new has no id yet
        differs |= Staged.manager_line.is_not(None) & Staged.manager_id.is_(None)
    changed = (
        sa.select(Staged.line)
        .join(Employee, Employee.id == Staged.employee_id)
        .outerjoin(Department, Department.id == Employee.department_id)
        .where(*good(run_id), differs)
    )
    _update(
        sa.update(Staged)
        .where(Staged.run_id == run_id, Staged.line.in_(changed))
        .values(verdict=Verdict.CHANGED)
    )
    _update(
        sa.update(Staged)
        .where(*good(run_id), Staged.verdict == Verdict.UNJUDGED)
        .values(verdict=Verdict.UNCHANGED)
    )
