"""Writing what a checked people file says, set by set, inside one transaction."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from marketplace.kernel import audit
from marketplace.kernel.db import count_rows, insert_or_skip, session
from marketplace.people.models import (
    Department,
    Employee,
    EmployeeKey,
    SignInSession,
    StagedPerson,
)
from marketplace.people.operations.roster.matching import (
    beside_here,
    department_id_of,
    differences,
    status_of,
)
from marketplace.people.operations.roster.staging import (
    MANAGER,
    Staged,
    good,
    is_boss,
    is_new,
    manager_id_by,
    other_row,
)
from marketplace.people.states import EmployeeStatus, SessionEnd, Verdict

_AT_ONCE = 1_000
_PLAIN = (
    "name",
    "email",
    "title",
    "site",
    "country",
    "hired_on",
    "left_on",
    "birth_month",
    "birth_day",
)


def make_departments(run_id: int) -> None:
    """Make the departments the file names for the first time."""
    named = session().execute(
        sa.select(Staged.department_key, sa.func.min(Staged.department))
        .where(*good(run_id), Staged.department_key.is_not(None))
        .group_by(Staged.department_key)
        .order_by(sa.func.min(Staged.line))
    )
    for key, name in named.all():
        session().execute(
            insert_or_skip(Department)
            .values(name=name, name_key=key)
            .on_conflict_do_nothing(index_elements=["name_key"])
        )


def note_changes(run_id: int, columns: set[str], *, actor_id: int | None, at: datetime) -> None:
    """Write for each person who changes what was and what will be; before anything is written.

    Who leaves gets an entry of their own: it says since when they can do nothing here, which may be
    later than the day the file names.
    """
    boss = other_row()
    pairs = differences(columns, at.date(), boss)
    manager_name = sa.func.coalesce(boss.name, "")
    facts = sa.select(
        Staged.line,
        Staged.employee_id,
        manager_name.label("new_manager"),
        *(here.label(f"old_{name}") for name, (here, _) in pairs.items()),
        *(there.label(f"new_{name}_") for name, (_, there) in pairs.items()),
    )
    wanted = (
        beside_here(facts, run_id, boss)
        .where(Staged.run_id == run_id, Staged.verdict == Verdict.CHANGED)
        .order_by(Staged.line)
        .limit(_AT_ONCE)
    )
    for batch in _batches(wanted):
        entries = [
            {
                "at": at,
                "actor_id": actor_id,
                "on_behalf_of_id": None,
                "action": "people.import_change",
                "subject": f"employee:{row.employee_id}",
                "details": {"run": run_id, "changes": _changes(row, list(pairs))},
            }
            for row in batch
        ]
        entries += _leaving(batch, run_id, actor_id, at)
        session().execute(sa.insert(audit.AuditEntry), entries)


def _leaving(
    batch: Sequence[Any], run_id: int, actor_id: int | None, at: datetime
) -> list[dict[str, Any]]:
    left = EmployeeStatus.LEFT
    leavers = [row for row in batch if row.new_status_ is left and row.old_status is not left]
    return [
        _left_entry(row.employee_id, row.new_left_on_, run_id, actor_id=actor_id, at=at)
        for row in leavers
    ]


def _left_entry(
    employee_id: int, on: date, run_id: int, *, actor_id: int | None, at: datetime
) -> dict[str, Any]:
    return {
        "at": at,
        "actor_id": actor_id,
        "on_behalf_of_id": None,
        "action": "people.left",
        "subject": f"employee:{employee_id}",
        "details": {"run": run_id, "on": on.isoformat()},
    }


def _batches(wanted: Any) -> Iterator[Sequence[Any]]:
    after = -1
    while batch := session().execute(wanted.where(Staged.line > after)).all():
        yield batch
        after = batch[-1].line


def _changes(row: Any, names: list[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name in names:
        old, new = getattr(row, f"old_{name}"), getattr(row, f"new_{name}_")
        if old != new or (name == MANAGER and new is None and row.new_manager):
            found[name] = [_plain(old), _plain(new) if new is not None else row.new_manager or None]
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def add_new(run_id: int, source: str, today: date) -> None:
    """Add the people who are not here yet, with managers who may be as new as they are.

    Their ids are given out first, so that each row is written once.
    """
    _update(
        sa.update(Staged)
        .where(*good(run_id), *is_new())
        .values(employee_id=_next_id(), verdict=Verdict.NEW)
    )
    boss = other_row()
    values: dict[str, Any] = {name: getattr(Staged, name) for name in ("external_id", *_PLAIN)}
    values["id"] = Staged.employee_id
    values["manager_id"] = manager_id_by(boss)
    values["department_id"] = department_id_of()
    values["status"] = status_of(today)
    values["source"] = sa.literal(source)
    session().execute(
        sa.insert(Employee).from_select(
            list(values),
            sa.select(*values.values())
            .outerjoin(boss, is_boss(run_id, boss))
            .where(Staged.run_id == run_id, Staged.verdict == Verdict.NEW)
            .order_by(Staged.line),
        )
    )
    count_rows(Employee)


def _next_id() -> sa.ColumnElement[int]:
    """An id for each new person; on SQLite nobody else can write meanwhile."""
    if session().get_bind().dialect.name == "postgresql":
        return sa.func.nextval(sa.func.pg_get_serial_sequence("employees", "id"))
    highest = session().scalar(sa.select(sa.func.max(Employee.id))) or 0
    return Staged.line + highest


def change_known(run_id: int, columns: set[str], source: str, today: date) -> None:
    """Bring the people who differ to what the file says; only mapped columns are touched."""
    is_one = [
        Staged.run_id == run_id,
        Staged.verdict == Verdict.CHANGED,
        Staged.employee_id == Employee.id,
    ]
    if "email" in columns:  # so that two people may swap theirs
        _update(
            sa.update(Employee)
            .where(*is_one, Employee.email.is_distinct_from(Staged.email))
            .values(email=None)
        )
    values: dict[str, Any] = {name: getattr(Staged, name) for name in _PLAIN if name in columns}
    if "department" in columns:
        values["department_id"] = department_id_of()
    values["status"] = status_of(today)
    values["source"] = source
    if "left_on" not in columns:
        values["left_on"] = sa.null()
    _update(sa.update(Employee).where(*is_one).values(values))


def set_managers(run_id: int) -> None:
    """Say whom the people who differ report to, now that everyone is here."""
    boss = other_row()
    _update(
        sa.update(Employee)
        .where(
            Staged.run_id == run_id,
            Staged.verdict == Verdict.CHANGED,
            Staged.employee_id == Employee.id,
            is_boss(run_id, boss),
            Employee.manager_id.is_distinct_from(boss.employee_id),
        )
        .values(manager_id=boss.employee_id)
    )
    _update(
        sa.update(Employee)
        .where(
            Staged.run_id == run_id,
            Staged.verdict == Verdict.CHANGED,
            Staged.employee_id == Employee.id,
            Staged.manager_line.is_(None),
            Employee.manager_id.is_distinct_from(Staged.manager_id),
        )
        .values(manager_id=Staged.manager_id)
    )


def keep_keys(run_id: int, source: str, *, but_of: int | None) -> None:
    """Keep every row key of the file, those of superseded rows too, as a name for the person.

    `but_of` is whose names stay as they are: who imports the file could take another's.
    """
    insert = insert_or_skip(EmployeeKey).from_select(
        ["source", "key", "employee_id"],
        sa.select(sa.literal(source), Staged.row_key, Employee.id)
        .join(Employee, Employee.external_id == Staged.external_id)
        .where(
            Staged.run_id == run_id,
            Staged.row_key.is_not(None),
            Staged.verdict != Verdict.ERROR,
            Employee.id.is_distinct_from(but_of),
        ),
    )
    session().execute(
        insert.on_conflict_do_update(
            index_elements=["source", "key"],
            set_={"employee_id": insert.excluded.employee_id},
            where=EmployeeKey.employee_id != insert.excluded.employee_id,
        )
    )


def missing(run_id: int, source: str) -> sa.Select[Any]:
    """The people at work who came with earlier files of this source and are not in this one.

    NOT EXISTS, because PostgreSQL compares every pair for a NOT IN that does not fit its memory.
    """
    here = sa.exists().where(
        StagedPerson.run_id == run_id,
        StagedPerson.is_current.is_(True),
        StagedPerson.external_id == Employee.external_id,
    )
    return sa.select(Employee.id).where(
        Employee.source == source,
        Employee.status == EmployeeStatus.ACTIVE,
        ~here,
    )


def mark_missing_left(run_id: int, source: str, *, actor_id: int | None, at: datetime) -> int:
    """Note that the people who are missing from the file have left; how many."""
    ids = list(session().scalars(missing(run_id, source)))
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        session().execute(
            sa.update(Employee)
            .where(Employee.id.in_(some))
            .values(status=EmployeeStatus.LEFT, left_on=at.date())
        )
        session().execute(
            sa.insert(audit.AuditEntry),
            [
                _left_entry(employee_id, at.date(), run_id, actor_id=actor_id, at=at)
                for employee_id in some
            ],
        )
    return len(ids)


def end_sessions_of_leavers(at: datetime) -> None:
    """Nobody who left stays signed in."""
    gone = sa.select(Employee.id).where(Employee.status == EmployeeStatus.LEFT)
    session().execute(
        sa.update(SignInSession)
        .where(SignInSession.ended_at.is_(None), SignInSession.employee_id.in_(gone))
        .values(ended_at=at, ended_because=SessionEnd.LEFT)
    )


def _update(statement: Any) -> None:
    session().execute(statement, execution_options={"synchronize_session": False})
