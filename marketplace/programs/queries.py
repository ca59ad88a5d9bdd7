"""What pages and reports ask of programs and metrics."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from marketplace.awards.models import Award
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput
from marketplace.people.models import Employee
from marketplace.programs.models import Metric, Program


def metric_named(slug: str) -> Metric:
    """The metric of this slug. Raises BadInput naming the metrics there are."""
    metric = session().execute(sa.select(Metric).where(Metric.slug == slug)).scalar_one_or_none()
    if metric is None:
        known = ", ".join(session().scalars(sa.select(Metric.slug).order_by(Metric.slug)))
        raise BadInput(f"There is no metric “{slug}”. Known: {known or 'none yet'}.")
    return metric


def metric_choices() -> list[tuple[str, str]]:
    """Metrics to choose from: slug and name."""
    rows = session().execute(sa.select(Metric.slug, Metric.name).order_by(Metric.name))
    return [(slug, name) for slug, name in rows]


def granted_subjects(
    program_id: int, subjects: Collection[str] | None = None
) -> list[tuple[int, str, date]]:
    """Who has points for what from a program: employee, subject, and the day it happened."""
    query = (
        sa.select(Award.employee_id, Award.subject, sa.func.max(Award.occurred_on))
        .where(Award.program_id == program_id)
        .group_by(Award.employee_id, Award.subject)
        .having(sa.func.sum(Award.points) > 0)
    )
    if subjects is not None:
        query = query.where(Award.subject.in_(subjects))
    return [(row[0], row[1], row[2]) for row in session().execute(query)]


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
