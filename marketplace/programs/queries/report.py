"""The points report: who earned what from which program."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from marketplace.awards.models import Award
from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.programs.models import Program


@dataclass(frozen=True, slots=True)
class PointsRow:
    """Points one person holds from one program for what happened in a span of days."""

    external_id: str
    name: str
    program: str
    awards: int
    points: int


def points_report(first: date, last: date) -> Sequence[PointsRow]:
    """Points per person and program for results of `first` to `last`, the highest first.

    A subject counts in full on the day its last correction names, so that an order that moved to
    another month leaves nothing behind.
    """
    held = _held_for_each_subject()
    points = sa.cast(sa.func.sum(held.c.points), sa.BigInteger)
    rows = session().execute(
        sa.select(Employee.external_id, Employee.name, Program.name, sa.func.count(), points)
        .select_from(held)
        .join(Award, sa.and_(*_same(held)))
        .join(Employee, Employee.id == Award.employee_id)
        .join(Program, Program.id == Award.program_id)
        .where(Award.occurred_on.between(first, last))
        .group_by(Employee.id, Employee.external_id, Employee.name, Program.id, Program.name)
        .order_by(points.desc(), Employee.name)
    )
    return [PointsRow(*row) for row in rows]


_SUBJECT = ("program_id", "employee_id", "subject")


def _held_for_each_subject() -> sa.Subquery:
    points = sa.func.sum(Award.points)
    by = [getattr(Award, name) for name in _SUBJECT]
    return (
        sa.select(*by, points.label("points"), sa.func.max(Award.revision).label("revision"))
        .group_by(*by)
        .having(points != 0)
        .subquery("held")
    )


def _same(held: sa.Subquery) -> list[sa.ColumnElement[bool]]:
    return [getattr(Award, name) == held.c[name] for name in (*_SUBJECT, "revision")]
