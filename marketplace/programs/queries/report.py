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
    """Points per person and program for results of `first` to `last`, the highest first."""
    points = sa.cast(sa.func.sum(Award.points), sa.BigInteger)
    rows = session().execute(
        sa.select(
            Employee.external_id,
            Employee.name,
            Program.name,
            sa.func.count(sa.distinct(Award.subject)),
            points,
        )
        .join(Employee, Employee.id == Award.employee_id)
        .join(Program, Program.id == Award.program_id)
        .where(Award.occurred_on.between(first, last))
        .group_by(Employee.id, Employee.external_id, Employee.name, Program.id, Program.name)
        .having(points != 0)
        .order_by(points.desc(), Employee.name)
    )
    return [PointsRow(*row) for row in rows]
