"""How long an answer usually takes."""

from datetime import datetime, timedelta
from statistics import median

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import session
from redemption.approvals.models import (
    ApprovalDecision,
    ApprovalStep,
)
from redemption.approvals.states import Verdict
from redemption.models import RedemptionLine

RECENTLY, FEWEST_ANSWERS = timedelta(days=90), 5
_MOST_ANSWERS = 500
_Again = aliased(ApprovalDecision)


def usual_wait(kind: str, *, at: datetime) -> timedelta | None:
    """The median time of one answer about a kind of reward in the last 90 days; none under five.

    An answer taken back and given again counts once, as the one that took effect.
    """
    rows = session().execute(
        sa.select(ApprovalStep.opened_at, ApprovalDecision.decided_at)
        .join(ApprovalDecision, ApprovalDecision.step_id == ApprovalStep.id)
        .join(RedemptionLine, RedemptionLine.id == ApprovalStep.line_id)
        .where(
            RedemptionLine.snapshot["kind"].as_string() == kind,
            ApprovalDecision.verdict != Verdict.UNDO,
            ~sa.exists().where(_Again.undoes_id == ApprovalDecision.id),
            ApprovalDecision.decided_at > at - RECENTLY,
            ApprovalDecision.decided_at <= at,
            ApprovalStep.opened_at.is_not(None),
            ApprovalStep.settled_at.is_not(None),
        )
        .order_by(ApprovalDecision.id.desc())
        .limit(_MOST_ANSWERS)
    )
    waits = [(done - asked).total_seconds() for asked, done in rows if asked]
    return timedelta(seconds=median(waits)) if len(waits) >= FEWEST_ANSWERS else None
