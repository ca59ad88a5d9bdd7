"""Who the rows of a file are, who their managers are, and what importing them would change."""

from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import count_rows, rows_changed, session
from marketplace.kernel.tabular.profile import PersonBy
from marketplace.people.models import Department, Employee, EmployeeKey
from marketplace.people.operations.roster.staging import (
    MANAGER,
    Staged,
    good,
    is_boss,
    manager_id_by,
    other_row,
)
from marketplace.people.states import EmployeeStatus, Verdict

_NAMED = {"identity": "external_id", "email": "email", "name": "name"}


def start_over(run_id: int) -> None:
    """Forget what an earlier look found; on PostgreSQL count the rows for the planner."""
    _update(
        sa.update(Staged)
        .where(Staged.run_id == run_id, Staged.verdict != Verdict.NONE)
        .values(verdict=Verdict.NONE)
    )
    _update(
        sa.update(Staged)
        .where(Staged.run_id == run_id, Staged.manager_id.is_not(None))
        .values(manager_id=None)
    )
    count_rows(Staged)


def find_people(run_id: int, manager_lines: Any = None) -> None:
    """Match the current rows with the people who are here, and with their managers' rows.

    Only what differs is written: after an import of new people that is their ids.
    """
    row = other_row()
    found = (
        sa.select(row.line.label("line"), Employee.id.label("employee_id"))
        .outerjoin(Employee, Employee.external_id == row.external_id)
        .where(row.run_id == run_id, row.is_current.is_(True))
    )
    values = ["employee_id"]
    if manager_lines is not None:
        found = found.outerjoin(manager_lines, manager_lines.c.called == row.manager)
        found = found.add_columns(manager_lines.c.line.label("manager_line"))
        values.append("manager_line")
    match = found.subquery("match")
    differs = (getattr(Staged, name).is_distinct_from(match.c[name]) for name in values)
    _update(
        sa.update(Staged)
        .where(Staged.run_id == run_id, Staged.line == match.c.line, sa.or_(*differs))
        .values({name: match.c[name] for name in values})
    )


def manager_lines(run_id: int, by: PersonBy) -> Any:
    """The row of the file behind each name a manager can be called by; superseded rows count."""
    boss = other_row()
    line = sa.func.min(boss.line).label("line")
    if by == "row_key":
        key = other_row()
        return (
            sa.select(key.row_key.label("called"), line)
            .join(boss, boss.external_id == key.external_id)
            .where(key.run_id == run_id, boss.run_id == run_id, boss.is_current.is_(True))
            .where(key.row_key.is_not(None))
            .group_by(key.row_key)
            .subquery("bosses")
        )
    called = getattr(boss, _NAMED[by])
    lines = (
        sa.select(called.label("called"), line)
        .where(boss.run_id == run_id, boss.is_current.is_(True), called.is_not(None))
        .group_by(called)
    )
    if by == "name":
        lines = lines.having(sa.func.count() == 1)
    return lines.subquery("bosses")


def find_other_managers(run_id: int, by: PersonBy, source: str) -> None:
    """Find the managers who are not in the file among the people here."""
    lost = [*good(run_id), Staged.manager.is_not(None), Staged.manager_line.is_(None)]
    if by == "row_key":
        known = sa.select(EmployeeKey.key.label("called"), EmployeeKey.employee_id.label("id"))
        here = known.where(EmployeeKey.source == source).subquery("here")
    else:
        called = getattr(Employee, _NAMED[by])
        named = sa.select(called.label("called"), sa.func.min(Employee.id).label("id"))
        one = named.where(called.is_not(None)).group_by(called).having(sa.func.count() == 1)
        here = one.subquery("here")
        other = other_row()
        lost.append(
            ~sa.exists().where(
                other.run_id == run_id,
                other.is_current.is_(True),
                getattr(other, _NAMED[by]) == Staged.manager,
            )
        )
    if session().scalar(sa.select(sa.exists().where(*lost))):
        _update(
            sa.update(Staged)
            .where(*lost, here.c.called == Staged.manager)
            .values(manager_id=here.c.id)
        )


def _update(statement: Any) -> None:
    session().execute(statement, execution_options={"synchronize_session": False})


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


def differences(columns: set[str], today: Any, boss: Any) -> dict[str, tuple[Any, Any]]:
    """For each mapped column what stands here and what the file says. Needs `beside_here`."""
    pairs: dict[str, tuple[Any, Any]] = {
        name: (getattr(Employee, name), getattr(Staged, name))
        for name in sorted(columns - {MANAGER, "department", "left_on"})
    }
    if "department" in columns:
        pairs["department"] = (Department.name_key, Staged.department_key)
    if MANAGER in columns:
        pairs[MANAGER] = (Employee.manager_id, manager_id_by(boss))
    pairs["status"] = (Employee.status, status_of(today))
    if "left_on" in columns:
        pairs["left_on"] = (Employee.left_on, Staged.left_on)
    return pairs


def beside_here(wanted: Any, run_id: int, boss: Any) -> Any:
    """Staged rows joined with the person here, the department here and the manager's row."""
    return (
        wanted.join(Employee, Employee.id == Staged.employee_id)
        .outerjoin(Department, Department.id == Employee.department_id)
        .outerjoin(boss, is_boss(run_id, boss))
    )


def judge(run_id: int, columns: set[str], today: Any) -> None:
    """Mark the good rows that would change somebody."""
    boss = other_row()
    pairs = differences(columns, today, boss)
    differs = sa.or_(*(here.is_distinct_from(there) for here, there in pairs.values()))
    if MANAGER in columns:  # a manager who is new has no id yet
        differs |= Staged.manager_line.is_not(None) & boss.employee_id.is_(None)
    changed = beside_here(sa.select(Staged.line), run_id, boss).where(*good(run_id), differs)
    _update(
        sa.update(Staged)
        .where(Staged.run_id == run_id, Staged.line.in_(changed))
        .values(verdict=Verdict.CHANGED)
    )


def leave_alone(run_id: int, employee_id: int | None) -> int:
    """Let what the file says about one person change nothing; how many rows would have."""
    of_one = sa.and_(Staged.run_id == run_id, Staged.employee_id == employee_id)
    left = session().execute(
        sa.update(Staged)
        .where(of_one, Staged.verdict == Verdict.CHANGED)
        .values(verdict=Verdict.NONE)
        .execution_options(synchronize_session=False)
    )
    return rows_changed(left)
