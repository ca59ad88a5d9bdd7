"""Thousands of people with a result each, put in by the row: for what has to be large."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import Model, in_batches
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from tests.support.transactions import in_transaction

ON_DAY = date(2026, 11, 2)


def employ_crowd(number: int, *, department_id: int | None = None) -> list[int]:
    """So many people; their ids in the order of their numbers."""
    rows = [
        {
            "external_id": f"C{one:05}",
            "name": f"Person {one:05}",
            "email": f"person.{one:05}@evergreen.example",
            "status": EmployeeStatus.ACTIVE,
            "department_id": department_id,
            "title": "",
            "site": "",
            "source": "",
        }
        for one in range(number)
    ]
    in_transaction(lambda: _insert("employees", rows))

    def ids() -> list[int]:
        from marketplace.kernel.db import session

        found = sa.select(Employee.id).where(Employee.external_id.like("C%"))
        return list(session().scalars(found.order_by(Employee.external_id)))

    return in_transaction(ids)


def let_sell(ids: list[int], metric_id: int) -> None:
    """The first of them sells the most, everyone a dollar less than the one before."""
    rows = [
        {
            "metric_id": metric_id,
            "employee_id": employee_id,
            "on_day": ON_DAY,
            "amount": (len(ids) - place) * 100,
            "group_ref": f"C{place}",
            "external_ref": f"C{place}",
            "dimensions": {},
            "reported_at": clock.now(),
        }
        for place, employee_id in enumerate(ids)
    ]
    in_transaction(lambda: _insert("results", rows))


def _insert(table: str, rows: list[dict[str, Any]]) -> None:
    from marketplace.kernel.db import session

    for batch in in_batches(rows):
        session().execute(sa.insert(Model.metadata.tables[table]), batch)
