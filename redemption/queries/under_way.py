"""Whether a parcel of a line is on its way: it has left, and nobody said that it arrived."""

import sqlalchemy as sa

from redemption.fulfillment.models import FulfillmentTask, Shipment
from redemption.fulfillment.states import ShipmentState
from redemption.models import RedemptionLine
from redemption.states import LineState


def is_under_way() -> sa.ColumnElement[bool]:
    """A condition on `RedemptionLine`, named `is_under_way` in a row."""
    left = (
        sa.exists()
        .where(
            FulfillmentTask.line_id == RedemptionLine.id,
            Shipment.task_id == FulfillmentTask.id,
            Shipment.state == ShipmentState.SENT,
        )
        .correlate(RedemptionLine)
    )
    return sa.and_(RedemptionLine.state == LineState.FULFILLED, left).label("is_under_way")
