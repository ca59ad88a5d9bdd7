"""The points report: who earned what from which program."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from marketplace.awards.models import Award
from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.programs.models import Metric, Program, ProgramRule
from marketplace.programs.queries.metrics import rule_of


@dataclass(frozen=True, slots=True)
class PointsRow:
    """Points one person holds from one program and its rule for what happened in some days."""

    external_id: str
    name: str
    program: str
    rule: str
    awards: int
    points: int


def points_report(first: date, last: date) -> Sequence[PointsRow]:
    """Points per person and rule for results of `first` to `last`, the highest first."""
    points = sa.cast(sa.func.sum(Award.points), sa.BigInteger)
    rows = session().execute(
        sa.select(
            Employee.external_id,
            Employee.name,
            Program.name,
            Program.id,
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
    rules = _rules()
    return [
        PointsRow(external_id, name, program, rules[program_id], awards, points)
        for external_id, name, program, program_id, awards, points in rows
    ]


def _rules() -> dict[int, str]:
    """The rule that holds in each program, in words: every order of it is settled by the latest."""
    rows = session().execute(
        sa.select(ProgramRule, Metric.currency)
        .join(Metric, Metric.id == ProgramRule.metric_id)
        .order_by(ProgramRule.version)
    )
    return {rule.program_id: rule_of(rule, currency).sentence for rule, currency in rows}
