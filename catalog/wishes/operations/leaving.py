"""What is left of wishes when people leave: nothing."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from catalog.wishes.models import RecentView, Wish, WishChoice
from marketplace.kernel.db import rows_changed, session
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus

KEPT_FOR = timedelta(days=30)  # in case somebody was marked as gone by mistake


def forget_leavers(*, at: datetime) -> int:
    """Erase wishes, choices and views of those who left 30 days ago; how many rows."""
    left = sa.select(Employee.id).where(
        Employee.status == EmployeeStatus.LEFT, Employee.left_on <= (at - KEPT_FOR).date()
    )
    return sum(
        rows_changed(session().execute(sa.delete(model).where(model.employee_id.in_(left))))
        for model in (Wish, RecentView, WishChoice)
    )
