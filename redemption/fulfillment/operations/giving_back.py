"""What can't be delivered: points of what did not arrive come back, and the person reads why."""

from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.kernel.errors import BadInput
from redemption.fulfillment.errors import AllArrived, RequestEnded, SeenCodes, TaskMoved
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.operations.parcels import (
    ParcelMove,
    forget_unsent,
    move_parcel,
    parcels_of,
    resting_state,
)
from redemption.fulfillment.operations.steps import LIVE, answered, fresh_task, note_done
from redemption.fulfillment.operations.tasks import Move, move_task, task_named
from redemption.fulfillment.states import UNDERWAY, ShipmentState, TaskState, Work
from redemption.models import RedemptionLine
from redemption.operations.ending import end_locked
from redemption.operations.lines import lock_line, refuse_own, state_of
from redemption.operations.refunds import Part, refund_part, refund_rest
from redemption.states import LineState, RefundCause
from redemption.vouchers.giving_back import seen_codes


def give_back(actor: Actor, task_id: int, reason: str, *, request_key: str, at: datetime) -> int:
    """It can't be delivered: points, budget, limit and units return, of parcels those not arrived.

    Answers how many points came back: what was given back before does not count. Raises
    OwnRequest: who keeps the parcel must not be the one who returns the points. Raises AllArrived
    when nothing is left that was not delivered, SeenCodes where several codes were read.
    """
    reason = reason.strip()
    if not reason:
        raise BadInput("Write why it can't be delivered; the person reads it. Nothing was changed.")
    before = answered(actor, task_id, "given_back", request_key, at, reason)
    if before is not None:
        return int(before)
    task = task_named(task_id)
    if task.state is not TaskState.PROBLEM:
        raise TaskMoved(task.state)
    line = lock_line(task.line_id, LIVE)
    if line is None:
        raise RequestEnded(state_of(task.line_id).label)
    refuse_own(actor, line)
    came_back = _take_back(actor, task, line, reason, at)
    note_done(actor, task_id, "given_back", request_key, at, str(came_back))
    return came_back


def _take_back(
    actor: Actor, task: FulfillmentTask, line: RedemptionLine, reason: str, at: datetime
) -> int:
    if line.state is not LineState.FULFILLED:
        end_locked(line, LineState.FAILED, actor_id=actor.id, at=at, note=reason)
        return line.points
    if task.work is Work.PARCEL:
        return _give_parcels_back(actor, line, reason, at)
    if (seen := seen_codes(line.id)) > 1:
        raise SeenCodes(seen)
    part = Part(RefundCause.NOT_DELIVERED, _source(task), note=reason)
    return refund_rest(line, part, actor_id=actor.id, at=at)


def _source(task: FulfillmentTask) -> str:
    return f"task:{task.id}:{task.version}"


def _give_parcels_back(actor: Actor, line: RedemptionLine, reason: str, at: datetime) -> int:
    task = fresh_task(line.id)
    source, missing = _source(task), [p for p in parcels_of(task.id) if p.state in UNDERWAY]
    for shipment in missing:
        if shipment.state is ShipmentState.SENT:
            move_parcel(shipment, ParcelMove(ShipmentState.LOST, actor.id, at, reason))
        move_parcel(shipment, ParcelMove(ShipmentState.REFUNDED, actor.id, at, reason))
    lost = sum(shipment.units for shipment in missing)
    units = forget_unsent(task) + lost
    if not units:
        raise AllArrived
    part = Part(RefundCause.NOT_DELIVERED, source, units, damaged=lost, note=reason)
    came_back = refund_part(line, part, actor_id=actor.id, at=at)
    task = fresh_task(line.id)
    if task.state is not TaskState.CLOSED:
        move_task(task, Move(resting_state(task), actor.id, at), problem="")
    return came_back
