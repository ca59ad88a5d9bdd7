"""What somebody asked for a moment ago: a back button or a second tab asks for nothing twice."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.kernel.db import rows_of
from redemption.models import Redemption, RedemptionLine
from redemption.states import GIVEN_BACK

LATELY = timedelta(hours=1)


def asked_lately(employee_id: int, reward_id: int, *, at: datetime) -> str:
    """The newest request for a reward within the last hour that still stands; empty without one."""
    asked = {"employee_id": employee_id, "reward_id": reward_id, "since": at - LATELY}
    rows = rows_of(_NEWEST, asked)
    return rows[0].reference if rows else ""


_NEWEST = (
    sa.select(RedemptionLine.reference)
    .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
    .where(
        RedemptionLine.employee_id == sa.bindparam("employee_id"),
        RedemptionLine.reward_id == sa.bindparam("reward_id"),
        RedemptionLine.state.not_in(GIVEN_BACK),
        Redemption.submitted_at > sa.bindparam("since", type_=Redemption.submitted_at.type),
    )
    .order_by(Redemption.id.desc())
    .limit(1)
)
