"""Who no longer works here and still has a place that was bought."""

from datetime import date, datetime

import sqlalchemy as sa

from catalog.models import Departure
from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from redemption.models import RedemptionLine
from redemption.policies import CANCELLABLE

AT_ONCE = 500


def places_of_leavers(*, at: datetime) -> list[int]:
    """Ids of requests for departures still ahead, of people who left."""
    found = (
        sa.select(RedemptionLine.id)
        .join(Employee, Employee.id == RedemptionLine.employee_id)
        .join(Departure, Departure.variant_id == RedemptionLine.variant_id)
        .where(
            RedemptionLine.state.in_(CANCELLABLE),
            RedemptionLine.recipient_id.is_(None),
            Departure.starts_on > at.date(),
            Departure.canceled_at.is_(None),
            _gone(at.date()),
        )
    )
    return list(session().scalars(found.order_by(RedemptionLine.id).limit(AT_ONCE)))


def has_left(employee_id: int, *, on: date) -> bool:
    """Whether somebody no longer works here on a day."""
    gone = sa.exists().where(Employee.id == employee_id, _gone(on))
    return session().scalar(sa.select(gone)) is True


def _gone(on: date) -> sa.ColumnElement[bool]:
    return sa.or_(Employee.status != EmployeeStatus.ACTIVE, Employee.left_on <= on)
