"""What was granted in a spurt so far, leg by leg."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from marketplace.awards.models import Award
from marketplace.kernel.db import session
from marketplace.people.models import Department, Employee
from marketplace.programs.models import Program, ProgramRule
from marketplace.programs.queries.rules import latest_version
from marketplace.programs.spurts.terms import MOST_LEGS, Leg, SpurtTerms
from marketplace.programs.terms import terms_from_json

TOP_PEOPLE = 12
_LEG = sa.func.substr(Award.subject, 1, 1)
_POINTS = sa.cast(sa.func.coalesce(sa.func.sum(Award.points), 0), sa.BigInteger)


@dataclass(frozen=True, slots=True)
class LegSoFar:
    """A leg with the points it brought: to one person, to everybody, and to how many."""

    leg: Leg
    mine: int
    points: int
    people: int

    @property
    def left_of_mine(self) -> int | None:
        """What is left of one person's cap; None without one."""
        return None if self.leg.cap is None else max(self.leg.cap - self.mine, 0)


@dataclass(frozen=True, slots=True)
class SpurtSoFar:
    """A spurt and what it paid."""

    legs: Sequence[LegSoFar]
    cap: int | None

    @property
    def paid(self) -> int:
        """Everything it paid."""
        return sum(leg.points for leg in self.legs)

    @property
    def left(self) -> int | None:
        """What is left of the cap of the whole spurt; None without one."""
        return None if self.cap is None else max(self.cap - self.paid, 0)


def spurt_so_far(program: Program, employee_id: int | None = None) -> SpurtSoFar:
    """The legs of the rule that holds, each with what it paid, in one statement."""
    paid = _paid(program.id, employee_id)
    rows = session().execute(
        sa.select(ProgramRule.terms, paid.c.leg, paid.c.mine, paid.c.points, paid.c.people)
        .outerjoin(paid, sa.true())
        .where(ProgramRule.program_id == program.id, latest_version())
    )
    found = list(rows)
    terms = terms_from_json(SpurtTerms, found[0].terms)
    sums = {int(row.leg): row for row in found if row.leg is not None}
    legs = [_leg_so_far(leg, sums.get(leg.number)) for leg in terms.legs]
    return SpurtSoFar(legs, terms.cap)


def _leg_so_far(leg: Leg, sums: Any) -> LegSoFar:
    if sums is None:
        return LegSoFar(leg, 0, 0, 0)
    return LegSoFar(leg, int(sums.mine), int(sums.points), int(sums.people))


def _paid(program_id: int, employee_id: int | None) -> sa.Subquery:
    is_mine: sa.ColumnElement[bool] = Award.employee_id == employee_id
    mine = sa.case((is_mine, Award.points), else_=0)
    held = (
        sa.select(
            _LEG.label("leg"),
            Award.employee_id,
            sa.func.sum(mine).label("mine"),
            sa.func.sum(Award.points).label("points"),
        )
        .where(Award.program_id == program_id)
        .group_by(_LEG, Award.employee_id)
        .subquery()
    )
    sums = [sa.cast(sa.func.sum(held.c[name]), sa.BigInteger) for name in ("mine", "points")]
    people = sa.func.sum(sa.case((held.c.points > 0, 1), else_=0))
    return (
        sa.select(
            held.c.leg,
            sums[0].label("mine"),
            sums[1].label("points"),
            people.label("people"),
        )
        .group_by(held.c.leg)
        .subquery()
    )


@dataclass(frozen=True, slots=True)
class PersonSoFar:
    """What one person has from a spurt, by the number of the leg and in all."""

    name: str
    department: str
    legs: dict[int, int]
    points: int


def people_so_far(program: Program) -> list[PersonSoFar]:
    """Who has most from a spurt, in one statement; equal points by name."""
    by_leg = [
        sa.cast(sa.func.sum(sa.case((is_leg, Award.points), else_=0)), sa.BigInteger)
        for is_leg in (Award.subject.startswith(f"{one}:") for one in range(1, MOST_LEGS + 1))
    ]
    rows = session().execute(
        sa.select(Employee.name, sa.func.coalesce(Department.name, ""), _POINTS, *by_leg)
        .select_from(Award)
        .join(Employee, Employee.id == Award.employee_id)
        .outerjoin(Department, Department.id == Employee.department_id)
        .where(Award.program_id == program.id)
        .group_by(Employee.id, Employee.name, Department.name)
        .having(_POINTS != 0)
        .order_by(_POINTS.desc(), Employee.name)
        .limit(TOP_PEOPLE)
    )
    return [
        PersonSoFar(name, department, dict(enumerate(legs, start=1)), points)
        for name, department, points, *legs in rows
    ]
