"""What somebody asked for a moment ago: a back button or a second tab asks for nothing twice."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.kernel.db import session
from redemption.models import Redemption, RedemptionLine
from redemption.states import GIVEN_BACK

LATELY = timedelta(hours=1)


def asked_lately(employee_id: int, reward_id: int, *, at: datetime) -> str:
    """The newest request for a reward within the last hour that still stands; empty without one."""
    found = session().scalar(
        sa.select(RedemptionLine.reference)
        .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
        .where(
            RedemptionLine.employee_id == employee_id,
            RedemptionLine.reward_id == reward_id,
            RedemptionLine.state.not_in(GIVEN_BACK),
            Redemption.submitted_at > at - LATELY,
        )
        .order_by(Redemption.id.desc())
        .limit(1)
    )
    return found or ""
