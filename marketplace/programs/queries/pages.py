"""What the program pages show, to employees and to those who run programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.access.actor import Actor
from marketplace.awards.models import Award
from marketplace.budgets.models import Budget, BudgetBalance
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from marketplace.programs.models import Metric, Program, ProgramEvent, ProgramRule
from marketplace.programs.queries.metrics import rule_of
from marketplace.programs.states import ProgramState

SEEN_BY_EMPLOYEES = (ProgramState.RUNNING, ProgramState.CLOSED, ProgramState.SETTLED)
LAST_ORDERS = 20
TOP_PEOPLE = 12

_PAID = sa.func.coalesce(sa.func.sum(Award.points), 0)


@dataclass(frozen=True, slots=True)
class OpenProgram:
    """A program as an employee sees it, with what it brought them so far."""

    slug: str
    name: str
    summary: str
    rule: str
    state: ProgramState
    starts_on: date
    ends_on: date
    my_points: int
    my_orders: int


def programs_open_to(actor: Actor) -> list[OpenProgram]:
    """Programs that run, or have run, the running ones first."""
    return _open_programs(actor, Program.state.in_(SEEN_BY_EMPLOYEES))


def open_program(actor: Actor, slug: str) -> OpenProgram:
    """One program as an employee sees it. Raises NotFound for drafts and plans."""
    found = _open_programs(
        actor, sa.and_(Program.slug == slug, Program.state.in_(SEEN_BY_EMPLOYEES))
    )
    if not found:
        raise NotFound("There is no such program, or it has not begun.")
    return found[0]


def _open_programs(actor: Actor, wanted: Any) -> list[OpenProgram]:
    mine = sa.and_(Award.program_id == Program.id, Award.employee_id == actor.employee_id)
    orders = sa.func.count(sa.distinct(Award.subject))
    rows = session().execute(
        sa.select(Program, ProgramRule, Metric.currency, _PAID, orders)
        .join(ProgramRule, ProgramRule.program_id == Program.id)
        .join(Metric, Metric.id == ProgramRule.metric_id)
        .outerjoin(Award, mine)
        .where(wanted, ProgramRule.version == _latest_version())
        .group_by(Program.id, ProgramRule.id, Metric.currency)
        .order_by(Program.state != ProgramState.RUNNING, Program.ends_on, Program.id)
    )
    return [
        OpenProgram(
            program.slug,
            program.name,
            program.summary,
            rule_of(rule, currency).sentence,
            program.state,
            program.starts_on,
            program.ends_on,
            int(points),
            orders,
        )
        for program, rule, currency, points, orders in rows
    ]


def _latest_version() -> Any:
    other = aliased(ProgramRule)
    return (
        sa.select(sa.func.max(other.version))
        .where(other.program_id == Program.id)
        .correlate(Program)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class OrderAward:
    """What one order brought, and how."""

    event: str
    formula: str
    occurred_on: date
    points: int


def my_last_orders(actor: Actor, slug: str) -> list[OrderAward]:
    """The last orders of a program that brought this person points, newest first."""
    rows = session().execute(
        sa.select(Award.explanation, Award.reason, Award.occurred_on, Award.points)
        .join(Program, Program.id == Award.program_id)
        .where(Program.slug == slug, Award.employee_id == actor.employee_id)
        .order_by(Award.occurred_on.desc(), Award.id.desc())
        .limit(LAST_ORDERS)
    )
    return [
        OrderAward(
            row.explanation.get("event") or row.reason,
            row.explanation.get("formula", ""),
            row.occurred_on,
            row.points,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """A program as a line of the manager's table."""

    slug: str
    name: str
    state: ProgramState
    starts_on: date
    ends_on: date
    paid: int
    people: int
    budget: str
    budget_left: int


def program_rows() -> list[ProgramRow]:
    """Every program with what it paid, whom it reached and what its budget has left."""
    return _program_rows(sa.true())


def _program_rows(wanted: sa.ColumnElement[bool]) -> list[ProgramRow]:
    left = BudgetBalance.amount - BudgetBalance.reserved - BudgetBalance.spent
    rows = session().execute(
        sa.select(
            Program.slug,
            Program.name,
            Program.state,
            Program.starts_on,
            Program.ends_on,
            sa.cast(_PAID, sa.BigInteger),
            sa.func.count(sa.distinct(Award.employee_id)),
            Budget.name,
            left,
        )
        .join(Budget, Budget.id == Program.budget_id)
        .join(BudgetBalance, BudgetBalance.budget_id == Budget.id)
        .outerjoin(Award, Award.program_id == Program.id)
        .where(wanted)
        .group_by(Program.id, Budget.name, left)
        .order_by(Program.created_at.desc(), Program.id.desc())
    )
    return [ProgramRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One version of a rule, who set it and when."""

    version: int
    sentence: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProgramMove:
    """One move of a program, who made it and when."""

    to_state: ProgramState
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonPaid:
    """What one person has from a program."""

    name: str
    department_id: int | None
    orders: int
    points: int


@dataclass(frozen=True, slots=True)
class ProgramDesk:
    """One program as its manager sees it."""

    id: int
    metric_id: int
    row: ProgramRow
    summary: str
    metric: str
    currency: str | None
    rules: Sequence[RuleVersion]
    moves: Sequence[ProgramMove]
    people: Sequence[PersonPaid]


def program_desk(slug: str) -> ProgramDesk:
    """Everything about one program. Raises NotFound."""
    program = session().execute(sa.select(Program).where(Program.slug == slug)).scalar_one_or_none()
    if program is None:
        raise NotFound("There is no such program.")
    [row] = _program_rows(Program.id == program.id)
    versions = (
        session()
        .execute(
            sa.select(ProgramRule, Metric, Employee.name)
            .join(Metric, Metric.id == ProgramRule.metric_id)
            .outerjoin(Employee, Employee.id == ProgramRule.actor_id)
            .where(ProgramRule.program_id == program.id)
            .order_by(ProgramRule.version.desc())
        )
        .all()
    )
    latest, metric, _name = versions[0]
    return ProgramDesk(
        id=program.id,
        metric_id=latest.metric_id,
        row=row,
        summary=program.summary,
        metric=metric.name,
        currency=metric.currency,
        rules=[
            RuleVersion(rule.version, rule_of(rule, of.currency).sentence, by or "Laurel", rule.at)
            for rule, of, by in versions
        ],
        moves=_moves(program.id),
        people=_people_paid(program.id),
    )


def _moves(program_id: int) -> list[ProgramMove]:
    rows = session().execute(
        sa.select(ProgramEvent.to_state, Employee.name, ProgramEvent.at)
        .outerjoin(Employee, Employee.id == ProgramEvent.actor_id)
        .where(ProgramEvent.program_id == program_id)
        .order_by(ProgramEvent.id)
    )
    return [ProgramMove(state, by or "Laurel", at) for state, by, at in rows]


def _people_paid(program_id: int) -> list[PersonPaid]:
    points = sa.cast(sa.func.sum(Award.points), sa.BigInteger)
    rows = session().execute(
        sa.select(
            Employee.name, Employee.department_id, sa.func.count(sa.distinct(Award.subject)), points
        )
        .join(Employee, Employee.id == Award.employee_id)
        .where(Award.program_id == program_id)
        .group_by(Employee.id, Employee.name, Employee.department_id)
        .having(points != 0)
        .order_by(points.desc(), Employee.name)
        .limit(TOP_PEOPLE)
    )
    return [PersonPaid(*row) for row in rows]
