"""Who no longer works here and still has a place or a package that was bought."""

from datetime import date, datetime

import sqlalchemy as sa

from catalog.models import Departure
from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from redemption.journeys.dates import begins_on
from redemption.journeys.models import Journey
from redemption.models import RedemptionLine
from redemption.policies import CANCELLABLE

AT_ONCE = 500


def places_of_leavers(*, at: datetime) -> list[int]:
    """Ids of requests for departures and packages still ahead, of people who left."""
    package_on = sa.func.coalesce(begins_on(), Journey.first_on)
    found = (
        sa.select(RedemptionLine.id)
        .join(Employee, Employee.id == RedemptionLine.employee_id)
        .outerjoin(Departure, Departure.variant_id == RedemptionLine.variant_id)
        .outerjoin(Journey, Journey.line_id == RedemptionLine.id)
        .where(
            RedemptionLine.state.in_(CANCELLABLE),
            RedemptionLine.recipient_id.is_(None),
            sa.func.coalesce(Departure.starts_on, package_on) > at.date(),
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
