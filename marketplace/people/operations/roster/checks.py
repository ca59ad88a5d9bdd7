"""What is wrong with a people file as a whole: doubles, unknown managers, rings.

Each check names rows in error and marks them; a row in error takes no part in what follows. Errors
can cause others (a new person under a manager whose row is out), so the checks run until they find
nothing more.
"""

from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import rows_streamed, session
from marketplace.kernel.tabular import RowError
from marketplace.kernel.tabular.problems import row_error
from marketplace.people.models import Employee
from marketplace.people.operations.roster.staging import (
    Staged,
    good,
    is_boss,
    manager_id_by,
    mark,
    other_row,
)
from marketplace.people.policies import manager_rings
from marketplace.people.states import Verdict

Check = Callable[[int], list[RowError]]


def doubled_people(run_id: int) -> list[RowError]:
    """Two current rows of one person contradict each other."""
    return _doubled(
        run_id,
        Staged.external_id,
        "identity",
        "Another current row of this file is the same person.",
        "One row per person. Take the others out, or say in the profile which one is current.",
    )


def doubled_emails(run_id: int) -> list[RowError]:
    """Two people of the file with one e-mail."""
    return _doubled(
        run_id,
        Staged.email,
        "email",
        "Another person of this file has the same e-mail.",
        "An e-mail of their own, or nothing.",
    )


def _doubled(run_id: int, column: Any, field: str, problem: str, enter: str) -> list[RowError]:
    twice = (
        sa.select(column)
        .where(*good(run_id), column.is_not(None))
        .group_by(column)
        .having(sa.func.count() > 1)
    )
    rows = session().execute(
        sa.select(Staged.line, column).where(*good(run_id), column.in_(twice)).order_by(Staged.line)
    )
    return [row_error(line, field, value, problem, enter) for line, value in rows]


def doubled_keys(run_id: int) -> list[RowError]:
    """One row key that stands for two people."""
    twice = (
        sa.select(Staged.row_key)
        .where(Staged.run_id == run_id, Staged.row_key.is_not(None))
        .group_by(Staged.row_key)
        .having(sa.func.count(Staged.external_id.distinct()) > 1)
    )
    rows = session().execute(
        sa.select(Staged.line, Staged.row_key)
        .where(*good(run_id), Staged.row_key.in_(twice))
        .order_by(Staged.line)
    )
    problem = "Another person of this file has a row with the same key."
    return [row_error(line, "row_key", key, problem, "A key of its own.") for line, key in rows]


def taken_emails(run_id: int) -> list[RowError]:
    """An e-mail that stays with somebody else here."""
    owner = other_row()
    gives_it_up = sa.exists().where(
        *good(run_id, owner),
        owner.external_id == Employee.external_id,
        owner.email.is_distinct_from(Employee.email),
    )
    rows = session().execute(
        sa.select(Staged.line, Staged.email, Employee.external_id)
        .join(Employee, Employee.email == Staged.email)
        .where(*good(run_id), Employee.id.is_distinct_from(Staged.employee_id), ~gives_it_up)
        .order_by(Staged.line)
    )
    return [
        row_error(
            line,
            "email",
            email,
            f"This e-mail belongs to {owner_id} here.",
            "Another e-mail, or take it from that person first.",
        )
        for line, email, owner_id in rows
    ]


def unknown_managers(run_id: int) -> list[RowError]:
    """A manager who is neither in the file nor here."""
    rows = session().execute(
        sa.select(Staged.line, Staged.manager)
        .where(
            *good(run_id),
            Staged.manager.is_not(None),
            Staged.manager_line.is_(None),
            Staged.manager_id.is_(None),
        )
        .order_by(Staged.line)
    )
    return [
        row_error(
            line,
            "manager",
            manager,
            "No row of this file and nobody here is called that.",
            "Somebody known, or nothing. A name that two people share can't be used.",
        )
        for line, manager in rows
    ]


def lost_managers(run_id: int) -> list[RowError]:
    """New managers whose own row is in error, so that they will not be here."""
    boss = other_row()
    rows = session().execute(
        sa.select(Staged.line, Staged.manager, Staged.manager_line)
        .join(boss, is_boss(run_id, boss))
        .where(*good(run_id), boss.verdict == Verdict.ERROR, boss.employee_id.is_(None))
        .order_by(Staged.line)
    )
    return [
        row_error(
            line,
            "manager",
            manager,
            f"The row of this manager (line {manager_line:,}) is in error.",
            "Nothing here; correct that row.",
        )
        for line, manager, manager_line in rows
    ]


def manager_cycles(run_id: int) -> list[RowError]:
    """People who would report to themselves, directly or through others."""
    chart, lines = _chart(run_id)
    rings = manager_rings(chart)
    found: list[RowError] = []
    for ring in rings:
        places = sorted(lines[node] for node in ring if node in lines)
        if not places:
            continue
        for line, manager in _managers_at(run_id, places):
            alone = len(ring) == 1
            problem = (
                "This person is their own manager."
                if alone
                else f"These {len(ring):,} people report to each other in a ring: lines "
                f"{', '.join(f'{place:,}' for place in places[:8])}."
            )
            found.append(
                row_error(line, "manager", manager, problem, "Nothing for who stands at the top.")
            )
    return found


def _chart(run_id: int) -> tuple[dict[int, int], dict[int, int]]:
    """Who would report to whom, and the line of each person of the file.

    People who are here count by their id, new ones by their line below zero.
    """
    boss = other_row()
    rows = rows_streamed(
        sa.select(
            Staged.line,
            sa.func.coalesce(Staged.employee_id, -Staged.line),
            sa.func.coalesce(manager_id_by(boss), -Staged.manager_line),
        )
        .outerjoin(boss, is_boss(run_id, boss))
        .where(*good(run_id))
    )
    chart: dict[int, int] = {}
    lines: dict[int, int] = {}
    for line, node, manager in rows:
        lines[node] = line
        if manager is not None:
            chart[node] = manager
    other = other_row()
    in_file = sa.exists().where(*good(run_id, other), other.external_id == Employee.external_id)
    others = rows_streamed(
        sa.select(Employee.id, Employee.manager_id).where(
            Employee.manager_id.is_not(None), ~in_file
        )
    )
    chart.update((int(row[0]), int(row[1] or 0)) for row in others)
    return chart, lines


def _managers_at(run_id: int, lines: list[int]) -> Iterable[tuple[int, str | None]]:
    for start in range(0, len(lines), 1_000):
        rows = session().execute(
            sa.select(Staged.line, Staged.manager)
            .where(Staged.run_id == run_id, Staged.line.in_(lines[start : start + 1_000]))
            .order_by(Staged.line)
        )
        yield from ((line, manager) for line, manager in rows)


def all_errors(run_id: int, *, with_managers: bool) -> list[RowError]:
    """Every error of the file, each row once per reason; the rows are marked."""
    once: list[Check] = [doubled_people, doubled_keys, doubled_emails]
    again: list[Check] = [taken_emails]
    if with_managers:
        once.append(unknown_managers)
        again += [lost_managers, manager_cycles]
    found = _run(run_id, once)
    while more := _run(run_id, again):
        found += more
    return sorted(found, key=lambda error: error.line)


def _run(run_id: int, checks: list[Check]) -> list[RowError]:
    found: list[RowError] = []
    for check in checks:
        errors = check(run_id)
        mark(run_id, [error.line for error in errors], Verdict.ERROR)
        found += errors
    return found
