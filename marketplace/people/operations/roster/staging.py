"""The rows of a people file beside the people they are about to change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.imports.bulk import insert_rows
from marketplace.kernel.db import session
from marketplace.kernel.tabular import RowError
from marketplace.people.models import StagedPerson
from marketplace.people.states import Verdict

MANAGER, LEAVE_DATE = "manager", "leave_date"
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "first_name": ("name",),
    "last_name": ("name",),
    "email": ("email",),
    "title": ("title",),
    "department": ("department",),
    "site": ("site",),
    "country": ("country",),
    "hire_date": ("hired_on",),
    "birth_date": ("birth_month", "birth_day"),
    LEAVE_DATE: ("left_on",),
    MANAGER: (MANAGER,),
}

Staged = StagedPerson


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One good row of a people file. A superseded one has only its two keys."""

    line: int
    is_current: bool
    external_id: str
    row_key: str | None = None
    name: str = ""
    email: str | None = None
    title: str = ""
    department: str = ""
    department_key: str | None = None
    site: str = ""
    country: str | None = None
    hired_on: date | None = None
    left_on: date | None = None
    birth_month: int | None = None
    birth_day: int | None = None
    manager: str | None = None
    warnings: tuple[RowError, ...] = ()


_KEYS = ("line", "is_current", "external_id", "row_key", "manager", "department_key")
_FACTS = (
    "name",
    "email",
    "title",
    "department",
    "site",
    "country",
    "hired_on",
    "left_on",
    "birth_month",
    "birth_day",
)
_STAGED = _KEYS + _FACTS


def stage_people(run_id: int, rows: Sequence[PersonRow]) -> None:
    """Keep a batch of rows."""
    insert_rows(
        Staged,
        ("run_id", "verdict", *_STAGED),
        ((run_id, Verdict.NONE.value, *_facts(row)) for row in rows),
    )


_facts = attrgetter(*_STAGED)


def forget_people(run_id: int) -> None:
    """Delete the staged rows of a run."""
    session().execute(sa.delete(Staged).where(Staged.run_id == run_id))


def good(run_id: int, row: Any = Staged) -> list[sa.ColumnElement[bool]]:
    """Conditions for the current rows of a run that have no error so far."""
    return [row.run_id == run_id, row.is_current.is_(True), row.verdict != Verdict.ERROR]


def is_new(row: Any = Staged) -> list[sa.ColumnElement[bool]]:
    """Conditions, beside `good`, for people who are not here yet."""
    return [row.employee_id.is_(None), row.verdict == Verdict.NONE]


def manager_id_by(boss: Any) -> sa.ColumnElement[int | None]:
    """Who a staged person's manager is here: the person of the row `boss`, or somebody outside."""
    return sa.func.coalesce(boss.employee_id, Staged.manager_id)


def is_boss(run_id: int, boss: Any) -> sa.ColumnElement[bool]:
    """Join condition: `boss` is the row of the manager."""
    return sa.and_(boss.run_id == run_id, boss.line == Staged.manager_line)


def mark(run_id: int, lines: Sequence[int], verdict: Verdict) -> None:
    """Give rows a verdict."""
    for start in range(0, len(lines), 1_000):
        session().execute(
            sa.update(Staged)
            .where(Staged.run_id == run_id, Staged.line.in_(lines[start : start + 1_000]))
            .values(verdict=verdict)
        )


def other_row() -> Any:
    """Another row of the same file, to compare with."""
    return aliased(Staged)
