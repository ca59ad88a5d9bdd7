"""Measures: what is counted of a metric's results, and the statements that count it.

A measure turns results into facts (person, day, amount, order, dimensions), each of which adds its
`amount`. Rules, goals, contests and spurts all count through here, so a figure means the same
everywhere.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.programs.models import Result


class Counting(StrEnum):
    """What of the results is counted."""

    AMOUNT = "amount"
    RESULTS = "results"
    ORDERS = "orders"
    NEW_CLIENTS = "new_clients"
    NEW_CLIENT_VALUE = "new_client_value"

    @property
    def label(self) -> str:
        """The way of counting in words, for a choice in a form."""
        return _LABELS[self]

    @property
    def is_money(self) -> bool:
        """Whether the figure is in the metric's unit; otherwise it is a number of things."""
        return self in {Counting.AMOUNT, Counting.NEW_CLIENT_VALUE}


_LABELS = {
    Counting.AMOUNT: "The sum of the amounts",
    Counting.RESULTS: "The number of results",
    Counting.ORDERS: "The number of orders",
    Counting.NEW_CLIENTS: "The number of new clients",
    Counting.NEW_CLIENT_VALUE: "The value of new clients' first orders",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """Only results whose dimension holds one of the values; without values, any value at all."""

    dimension: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted of one metric. `client` names the dimension that tells clients apart.

    A client is new when their first order ever lies in the days asked for: the earliest day, then
    the lowest order number. It counts for who made that order.
    """

    metric_id: int
    counting: Counting = Counting.AMOUNT
    only: tuple[Filter, ...] = ()
    client: str = ""


def dimension(name: str) -> sa.ColumnElement[str]:
    """A free dimension of a result as text; NULL where a result has none of that name."""
    return Result.dimensions[name].as_string()


def passes(only: Collection[Filter]) -> list[sa.ColumnElement[bool]]:
    """The conditions of filters on results."""
    return [
        dimension(wanted.dimension).in_(wanted.values)
        if wanted.values
        else sa.func.coalesce(dimension(wanted.dimension), "") != ""
        for wanted in only
    ]


def facts_of(measure: Measure, first: date, last: date) -> sa.Subquery:
    """The facts between two days.

    Columns employee_id, on_day, amount, group_ref, external_ref (of its first line), dimensions.
    """
    if measure.counting in {Counting.NEW_CLIENTS, Counting.NEW_CLIENT_VALUE}:
        return _first_orders(measure, first, last)
    if measure.counting is Counting.ORDERS:
        return _orders(measure, first, last)
    amount = Result.amount if measure.counting is Counting.AMOUNT else sa.literal(1)
    return (
        sa.select(
            Result.employee_id,
            Result.on_day,
            amount.label("amount"),
            Result.group_ref,
            Result.external_ref,
            Result.dimensions,
        )
        .where(*_standing(measure), Result.on_day.between(first, last))
        .subquery()
    )


def _standing(measure: Measure) -> list[sa.ColumnElement[bool]]:
    """What a withdrawn result left behind is worth nothing and counts for nothing."""
    return [Result.metric_id == measure.metric_id, Result.amount != 0, *passes(measure.only)]


def _orders(measure: Measure, first: date, last: date) -> sa.Subquery:
    """One fact per order and person, dated and described by its first line."""
    lines = (
        sa.select(
            Result.employee_id,
            Result.on_day,
            sa.literal(1).label("amount"),
            Result.group_ref,
            Result.external_ref,
            Result.dimensions,
            sa.func.row_number()
            .over(
                partition_by=(Result.group_ref, Result.employee_id),
                order_by=(Result.on_day, Result.id),
            )
            .label("place"),
        )
        .where(*_standing(measure), Result.on_day.between(first, last))
        .subquery()
    )
    return _without_place(lines, lines.c.place == 1)


def _first_orders(measure: Measure, first: date, last: date) -> sa.Subquery:
    """The first order ever of each client, where it lies between the days."""
    client = dimension(measure.client)
    orders = (
        sa.select(
            client.label("client"),
            Result.group_ref,
            sa.func.min(Result.on_day).label("on_day"),
            sa.func.min(Result.id).label("line"),
            sa.func.sum(Result.amount).label("value"),
        )
        .where(*_standing(measure), sa.func.coalesce(client, "") != "")
        .group_by(client, Result.group_ref)
        .having(sa.func.sum(Result.amount) > 0)
        .subquery()
    )
    number = (orders.c.on_day, sa.func.length(orders.c.group_ref), orders.c.group_ref)
    place = sa.func.row_number().over(partition_by=orders.c.client, order_by=number)
    ranked = sa.select(orders, place.label("place")).subquery()
    is_value = measure.counting is Counting.NEW_CLIENT_VALUE
    amount = ranked.c.value if is_value else sa.literal(1)
    return (
        sa.select(
            Result.employee_id,
            ranked.c.on_day,
            amount.label("amount"),
            ranked.c.group_ref,
            Result.external_ref,
            Result.dimensions,
        )
        .join(Result, Result.id == ranked.c.line)
        .where(ranked.c.place == 1, ranked.c.on_day.between(first, last))
        .subquery()
    )


def _without_place(lines: sa.Subquery, wanted: sa.ColumnElement[bool]) -> sa.Subquery:
    columns = [column for column in lines.c if column.name != "place"]
    return sa.select(*columns).where(wanted).subquery()


def amount_of(facts: sa.Subquery) -> sa.ColumnElement[int]:
    """The sum of facts as a whole number on both engines."""
    return sa.cast(sa.func.coalesce(sa.func.sum(facts.c.amount), 0), sa.BigInteger)


def total(measure: Measure, first: date, last: date) -> int:
    """What everyone together reached between two days."""
    facts = facts_of(measure, first, last)
    return session().scalars(sa.select(amount_of(facts))).one()


def by_person(measure: Measure, first: date, last: date) -> dict[int, int]:
    """What each person reached between two days."""
    facts = facts_of(measure, first, last)
    return _summed(sa.select(facts.c.employee_id, amount_of(facts)).group_by(facts.c.employee_id))


def by_person_and_month(measure: Measure, first: date, last: date) -> dict[tuple[int, date], int]:
    """What each person reached in each calendar month, named by its first day."""
    facts = facts_of(measure, first, last)
    year, month = sa.extract("year", facts.c.on_day), sa.extract("month", facts.c.on_day)
    rows = session().execute(
        sa.select(facts.c.employee_id, year, month, amount_of(facts)).group_by(
            facts.c.employee_id, year, month
        )
    )
    return {(who, date(int(y), int(m), 1)): int(reached) for who, y, m, reached in rows}


def each_day(
    measure: Measure, first: date, last: date, departments: Collection[int] = ()
) -> dict[date, int]:
    """What was reached on each day by the people of these departments, or by everyone."""
    facts = facts_of(measure, first, last)
    query = sa.select(facts.c.on_day, amount_of(facts)).group_by(facts.c.on_day)
    if departments:
        query = query.join(Employee, Employee.id == facts.c.employee_id).where(
            Employee.department_id.in_(departments)
        )
    return _summed(query)


def by_department(measure: Measure, first: date, last: date) -> dict[int, int]:
    """What the people of each department reached between two days."""
    facts = facts_of(measure, first, last)
    return _summed(
        sa.select(Employee.department_id, amount_of(facts))
        .join(Employee, Employee.id == facts.c.employee_id)
        .where(Employee.department_id.is_not(None))
        .group_by(Employee.department_id)
    )


def by_dimension(measure: Measure, name: str, first: date, last: date) -> dict[str, int]:
    """What was reached under each value of a dimension; results without one are left out."""
    facts = facts_of(measure, first, last)
    value = facts.c.dimensions[name].as_string()
    return _summed(
        sa.select(value, amount_of(facts)).where(sa.func.coalesce(value, "") != "").group_by(value)
    )


def by_day(
    measure: Measure, first: date, last: date, name: str = ""
) -> dict[Any, list[tuple[date, int]]]:
    """What was reached on each day, in order: per person, or per value of the dimension `name`."""
    facts = facts_of(measure, first, last)
    who = facts.c.dimensions[name].as_string() if name else facts.c.employee_id
    days: dict[Any, list[tuple[date, int]]] = {}
    query = sa.select(who, facts.c.on_day, amount_of(facts)).group_by(who, facts.c.on_day)
    for key, on_day, amount in session().execute(query.order_by(facts.c.on_day)):
        if key:
            days.setdefault(key, []).append((on_day, int(amount)))
    return days


def _summed(query: Any) -> dict[Any, int]:
    rows: Any = session().execute(query)
    return {row[0]: int(row[1]) for row in rows}
