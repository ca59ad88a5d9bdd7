"""Who gets a parcel says what is wrong with it: it lies on the problem pile in their words."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.kernel.errors import BadInput, NotFound
from redemption.fulfillment.errors import AlreadyKnown
from redemption.fulfillment.operations.parcels import ParcelMove, move_parcel, parcel_named
from redemption.fulfillment.operations.shipping import refuse_sent_back
from redemption.fulfillment.operations.steps import fresh_task, is_repeat, note_done
from redemption.fulfillment.operations.tasks import Move, move_task
from redemption.fulfillment.policies import may_report
from redemption.fulfillment.states import ShipmentState, TaskState, Trouble
from redemption.operations.lines import lock_line
from redemption.states import LineState


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with which parcel of a request."""

    number: int
    trouble: Trouble
    words: str = ""


def report_trouble(
    actor: Actor, line_id: int, complaint: Complaint, *, request_key: str, at: datetime
) -> None:
    """A parcel never came, or what came is broken or something else.

    The desk sends it again or gives its points back. Raises NotFound for anyone else's, BadInput
    where what came is not described, AlreadyKnown, CameBack.
    """
    if is_repeat(actor, line_id, "reported", request_key, at, str(complaint)):
        return
    trouble, said = complaint.trouble, complaint.trouble.said(complaint.words)
    if trouble.has_come and not complaint.words.strip():
        raise BadInput("Write what is wrong with it. Nothing was changed.")
    line = lock_line(line_id, {LineState.FULFILLED})
    if line is None or line.holder_id != actor.employee_id:
        raise NotFound("There is no such parcel, or it belongs to someone else.")
    task = fresh_task(line_id)
    shipment = parcel_named(task.id, complaint.number)
    if not may_report(shipment.state):
        raise AlreadyKnown(shipment.state)
    refuse_sent_back(task, shipment)
    came_at = (shipment.delivered_at or at) if trouble.has_come else None
    move = ParcelMove(ShipmentState.LOST, actor.id, at, said)
    move_parcel(shipment, move, delivered_at=came_at)
    if task.state is not TaskState.PROBLEM:
        move_task(task, Move(TaskState.PROBLEM, actor.id, at, said), problem=said)
    note_done(actor, task.id, "reported", request_key, at)
