"""The points report: who earned what from which program."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from marketplace.awards.models import Award
from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.programs.earning import earner_of
from marketplace.programs.models import Program, ProgramRule
from marketplace.programs.queries.rules import latest_version, metric_words, rule_of


@dataclass(frozen=True, slots=True)
class PointsRow:
    """Points one person holds from one program and its rule for what happened in some days.

    `rank` is among those of the program, `total_rank` among all by `total`, their points from every
    program. Equal points share a rank, and the next one counts everybody before it: 1, 1, 3.
    """

    external_id: str
    name: str
    program: str
    rule: str
    awards: int
    points: int
    rank: int
    total: int
    total_rank: int


def points_report(first: date, last: date) -> Sequence[PointsRow]:
    """Points per person and rule for results of `first` to `last`, the highest first.

    A subject counts in full on the day its last correction names, so that an order that moved to
    another month leaves nothing behind.
    """
    held = _held_for_each_subject()
    points = sa.cast(sa.func.sum(held.c.points), sa.BigInteger)
    found = session().execute(
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
    return _ranked([tuple(row) for row in found])


def _ranked(rows: Sequence[tuple[Any, ...]]) -> list[PointsRow]:
    rules, totals = _rules(), Counter[str]()
    by_program: dict[int, dict[str, int]] = defaultdict(dict)
    for external_id, _name, _program, program_id, _awards, points in rows:
        totals[external_id] += points
        by_program[program_id][external_id] = points
    ranks = {program_id: shared_ranks(points) for program_id, points in by_program.items()}
    total_ranks = shared_ranks(totals)
    return [
        PointsRow(
            external_id=external_id,
            name=name,
            program=program,
            rule=rules[program_id],
            awards=awards,
            points=points,
            rank=ranks[program_id][external_id],
            total=totals[external_id],
            total_rank=total_ranks[external_id],
        )
        for external_id, name, program, program_id, awards, points in rows
    ]


def shared_ranks(points: Mapping[str, int]) -> dict[str, int]:
    """The rank of everyone, the most points first; equal points share one: 1, 1, 3."""
    first_place: dict[int, int] = {}
    for place, amount in enumerate(sorted(points.values(), reverse=True), start=1):
        first_place.setdefault(amount, place)
    return {who: first_place[amount] for who, amount in points.items()}


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
