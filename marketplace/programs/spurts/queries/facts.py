"""What counted in a spurt, and what was granted for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from marketplace.awards.models import Award
from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from marketplace.programs.measures import Counting, Measure, amount_of, facts_of
from marketplace.programs.spurts.policies import Fact
from marketplace.programs.spurts.terms import OF_CLIENTS, Leg, Per


def facts_between(legs: Sequence[Leg], first: date, last: date) -> list[Fact]:
    """The facts of all legs between two days, of whoever they are, in one statement."""
    each = [_facts(leg, first, last) for leg in legs]
    rows: Any = session().execute(sa.union_all(*each))
    return [Fact(*row[:-1], is_active=row[-1] is EmployeeStatus.ACTIVE) for row in rows]


def facts_for(
    legs: Sequence[Leg], first: date, last: date, earned: frozenset[tuple[int, int]] = frozenset()
) -> list[Fact]:
    """The facts of those who take part: by their department, or because they earned before."""
    by_number = {leg.number: leg for leg in legs}
    return [
        fact
        for fact in facts_between(legs, first, last)
        if by_number[fact.leg].is_for(fact.department_id) or (fact.leg, fact.employee_id) in earned
    ]


def _facts(leg: Leg, first: date, last: date) -> Any:
    facts = facts_of(_lines(leg.measure), first, last)
    name: Any = facts.c.group_ref
    if leg.measure.counting in OF_CLIENTS:
        name = facts.c.dimensions[leg.measure.client].as_string()
    elif leg.per is Per.RESULT:
        name = facts.c.external_ref
    named = sa.select(facts, name.label("name")).subquery()
    by = (named.c.employee_id, named.c.on_day, named.c.group_ref, named.c.name)
    sums = sa.select(*by, amount_of(named).label("amount")).group_by(*by).subquery()
    return sa.select(
        sa.literal(leg.number, sa.Integer),
        sums.c.employee_id,
        Employee.external_id,
        Employee.department_id,
        sums.c.on_day,
        sums.c.group_ref,
        sums.c.name,
        sums.c.amount,
        Employee.status,
    ).join(Employee, Employee.id == sums.c.employee_id)


def _lines(measure: Measure) -> Measure:
    """Orders are told apart afterwards, so that any span of days finds its own first lines."""
    if measure.counting is Counting.ORDERS:
        return replace(measure, counting=Counting.RESULTS)
    return measure


def earned_in(program_id: int) -> frozenset[tuple[int, int]]:
    """Who was granted something in which leg: pairs of leg and employee."""
    leg = sa.func.substr(Award.subject, 1, 1)
    rows = session().execute(
        sa.select(leg, Award.employee_id).where(Award.program_id == program_id).distinct()
    )
    return frozenset((int(number), employee_id) for number, employee_id in rows)
