"""How many people got each reward, for the catalog, which knows nothing of requests."""

from datetime import datetime

import sqlalchemy as sa

from catalog.extras import ChosenBy, count_choices
from marketplace.kernel.db import session
from marketplace.people.models import Employee
from redemption.models import Redemption, RedemptionLine
from redemption.states import LineState

CHOSEN = (LineState.APPROVED, LineState.FULFILLING, LineState.FULFILLED)


@count_choices
def chosen_between(since: datetime, until: datetime) -> list[ChosenBy]:
    """Different people by reward, department and country; nobody whose request came to nothing."""
    rows = session().execute(
        sa.select(
            RedemptionLine.reward_id,
            Employee.department_id,
            Employee.country,
            sa.func.count(sa.distinct(RedemptionLine.employee_id)).label("people"),
        )
        .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
        .join(Employee, Employee.id == RedemptionLine.employee_id)
        .where(
            RedemptionLine.state.in_(CHOSEN),
            Redemption.submitted_at >= since,
            Redemption.submitted_at < until,
        )
        .group_by(RedemptionLine.reward_id, Employee.department_id, Employee.country)
    )
    return [ChosenBy(row.reward_id, row.department_id, row.country, row.people) for row in rows]
