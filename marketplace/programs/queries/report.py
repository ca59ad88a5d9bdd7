"""The points report: who earned what from which program."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from marketplace.awards.models import Award
from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.programs.earning import earner_of
from marketplace.programs.models import Program, ProgramRule
from marketplace.programs.queries.rules import latest_version, metric_words, rule_of


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
    """Points per person and rule for results of `first` to `last`, the highest first.

    A subject counts in full on the day its last correction names, so that an order that moved to
    another month leaves nothing behind.
    """
    held = _held_for_each_subject()
    points = sa.cast(sa.func.sum(held.c.points), sa.BigInteger)
    rows = session().execute(
        sa.select(
            Employee.external_id,
            Employee.name,
            Program.name,
            Program.id,
            sa.func.count(),
            points,
        )
        .select_from(held)
        .join(Award, sa.and_(*_same(held)))
        .join(Employee, Employee.id == Award.employee_id)
        .join(Program, Program.id == Award.program_id)
        .where(Award.occurred_on.between(first, last))
        .group_by(Employee.id, Employee.external_id, Employee.name, Program.id, Program.name)
        .order_by(points.desc(), Employee.name)
    )
    rules = _rules()
    return [
        PointsRow(external_id, name, program, rules[program_id], awards, points)
        for external_id, name, program, program_id, awards, points in rows
    ]


def _rules() -> dict[int, str]:
    """The rule that holds in each program, in words: all of it is settled by the latest."""
    metrics = metric_words()
    rows = session().execute(
        sa.select(Program.id, Program.kind, ProgramRule)
        .join(ProgramRule, ProgramRule.program_id == Program.id)
        .where(latest_version())
    )
    return {
        program_id: " ".join(earner_of(kind).sentences(rule_of(kind, kept, metrics)))
        for program_id, kind, kept in rows
    }


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
