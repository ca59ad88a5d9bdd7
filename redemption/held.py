"""What people asked for, where the catalog reports on its rewards."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.reach.sources import counts_takings
from redemption.models import Redemption, RedemptionLine
from redemption.states import LineState

_CAME_TO_NOTHING = (
    LineState.DECLINED,
    LineState.WITHDRAWN,
    LineState.EXPIRED,
    LineState.CANCELLED,
    LineState.FAILED,
    LineState.REFUNDED,
)


@counts_takings
def _taken(since: datetime) -> "sa.Select[*tuple[Any, ...]]":
    """Units of each reward asked for since a moment, without what came to nothing."""
    lately = sa.case((Redemption.submitted_at >= since, RedemptionLine.quantity), else_=0)
    return (
        sa.select(
            RedemptionLine.reward_id, sa.func.sum(lately), sa.func.max(Redemption.submitted_at)
        )
        .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
        .where(RedemptionLine.state.not_in(_CAME_TO_NOTHING))
        .group_by(RedemptionLine.reward_id)
    )
