"""What of journeys is due: answers that never came, prices that end soon."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.mail import Letter
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.states import TaskState
from redemption.journeys.models import Journey
from redemption.journeys.states import JourneyState
from redemption.models import RedemptionLine
from redemption.states import LineState

AT_ONCE = 200
WARNED = timedelta(days=3)
ENDING = "journey_ending"
_KEY = (
    sa.literal(f"{ENDING}:")
    + sa.cast(Journey.line_id, sa.String)
    + ":"
    + sa.cast(Journey.guaranteed_until, sa.String)
)
"""The key of the letter about the end of one guarantee."""


def unanswered(*, at: datetime) -> list[int]:
    """Lines whose person did not answer in time whether they want them at another price."""
    late = (
        sa.select(Journey.line_id)
        .join(RedemptionLine, RedemptionLine.id == Journey.line_id)
        .where(
            Journey.state == JourneyState.PRICE_ASKED,
            Journey.answer_by <= at,
            RedemptionLine.state == LineState.FULFILLING,
        )
    )
    return list(session().scalars(late.order_by(Journey.line_id).limit(AT_ONCE)))


def ending_soon(*, on: date) -> list[tuple[int, date]]:
    """Lines to book whose price holds for three days at most, and of which nobody was warned."""
    was_warned = sa.exists().where(Letter.key == _KEY)
    rows = session().execute(
        sa.select(Journey.line_id, Journey.guaranteed_until)
        .join(FulfillmentTask, FulfillmentTask.line_id == Journey.line_id)
        .where(
            Journey.state == JourneyState.WISHED,
            Journey.guaranteed_until <= on + WARNED,
            Journey.guaranteed_until >= on,
            FulfillmentTask.state.in_((TaskState.TO_DO, TaskState.PROBLEM)),
            FulfillmentTask.owner_id.is_not(None),
            ~was_warned,
        )
        .order_by(Journey.line_id)
        .limit(AT_ONCE)
    )
    return [(line_id, until) for line_id, until in rows]
