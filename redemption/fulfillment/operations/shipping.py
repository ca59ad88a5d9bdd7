"""Parcels leave, arrive, get lost, are sent again or given back; a request may take several.

The points of a line are spent when its first parcel leaves (decision 0122). Lock rank: request key,
line, account and lots, budget, stock, task, parcel.
"""

from dataclasses import replace
from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import enqueue
from redemption.fulfillment.errors import CameBack, TaskMoved
from redemption.fulfillment.models import FulfillmentTask, Shipment
from redemption.fulfillment.operations.parcels import (
    Parcel,
    ParcelMove,
    count_sent,
    move_parcel,
    open_parcel,
    parcel_named,
    parcels_of,
    resting_state,
    uncount_sent,
)
from redemption.fulfillment.operations.steps import (
    fresh_task,
    is_repeat,
    locked_task,
    note_done,
    refuse_other_work,
    spend,
    tell_ready,
)
from redemption.fulfillment.operations.tasks import Move, move_task, task_named
from redemption.fulfillment.queries import units_going_back
from redemption.fulfillment.states import ShipmentState, TaskState, Work
from redemption.operations.lines import lock_line, refuse_own
from redemption.operations.refunds import Part, refund_part
from redemption.states import LineState, RefundCause

_P = ShipmentState
_PARCELS = frozenset({Work.PARCEL})
_SPENT = frozenset({LineState.FULFILLED})


def mark_sent(
    actor: Actor, task_id: int, parcel: Parcel, *, request_key: str, at: datetime
) -> None:
    """A parcel has left: with the first one points are spent and units sold; the person is told.

    Raises BadInput without a carrier or with a day to come, NothingToSend, RequestEnded, TaskMoved.
    """
    _refuse_wrong(parcel, at)
    said = f"{parcel.carrier} {parcel.tracking} {parcel.units} {parcel.sent_on}"
    if is_repeat(actor, task_id, "sent", request_key, at, said):
        return
    task = task_named(task_id)
    refuse_other_work(task, Work.PARCEL)
    spend(task, actor, at)
    task = fresh_task(task.line_id)
    if task.sent_units == task.units:
        raise TaskMoved(task.state)
    units = task.units - task.sent_units if parcel.units is None else parcel.units
    count_sent(task, units)
    crashpoint("parcels.counted")
    open_parcel(task, replace(parcel, units=units), actor.id, at=at)
    if not _is_looked_for(task):
        to = TaskState.SENT if task.sent_units == task.units else TaskState.PARTLY_SENT
        move_task(task, Move(to, actor.id, at), problem="")
    tell_ready(task)
    note_done(actor, task_id, "sent", request_key, at)


def _refuse_wrong(parcel: Parcel, at: datetime) -> None:
    if not parcel.carrier.strip():
        raise BadInput("Enter who carries it. Nothing was changed.", field="carrier")
    if parcel.sent_on is not None and parcel.sent_on > at.date():
        raise BadInput(
            "Enter today or an earlier day; it has not left before. Nothing was changed.",
            field="sent_on",
        )
    if parcel.units is not None and parcel.units < 1:
        raise BadInput(
            "Enter how many are in this parcel, at least 1. Nothing was changed.", field="units"
        )


def mark_delivered(
    actor: Actor,
    task_id: int,
    *,
    request_key: str,
    at: datetime,
    number: int | None = None,
    proof: str = "",
) -> None:
    """A parcel has arrived, or all that are on their way; `proof`: who signed, or where it lies."""
    if is_repeat(actor, task_id, "delivered", request_key, at, f"{number} {proof}"):
        return
    task = locked_task(task_id, _SPENT, _PARCELS)
    underway = [one for one in parcels_of(task.id) if one.state is _P.SENT]
    for one in [parcel_named(task.id, number)] if number else underway:
        _arrive(one, actor, at, proof)
    _settle_arrival(task, actor, at)
    note_done(actor, task_id, "delivered", request_key, at)


def confirm_arrival(
    actor: Actor, line_id: int, number: int, *, request_key: str, at: datetime
) -> None:
    """The person says that a parcel of their own arrived. Raises NotFound for anyone else's."""
    if is_repeat(actor, line_id, "arrived", request_key, at, str(number)):
        return
    line = lock_line(line_id, _SPENT)
    if line is None or line.holder_id != actor.employee_id:
        raise NotFound("There is no such parcel, or it belongs to someone else.")
    task = fresh_task(line_id)
    _arrive(parcel_named(task.id, number), actor, at, f"Confirmed by {actor.name}")
    _settle_arrival(task, actor, at)
    note_done(actor, task.id, "arrived", request_key, at)


def _arrive(shipment: Shipment, actor: Actor, at: datetime, proof: str) -> None:
    move = ParcelMove(_P.DELIVERED, actor.id, at, proof.strip())
    move_parcel(shipment, move, delivered_at=shipment.delivered_at or at, proof=proof.strip())


def report_lost(
    actor: Actor, task_id: int, number: int, words: str, *, request_key: str, at: datetime
) -> None:
    """A parcel did not arrive: it lies on the problem pile, and the person reads these words."""
    if not words.strip():
        raise BadInput("Write what is known about it; the person reads it. Nothing was changed.")
    if is_repeat(actor, task_id, "lost", request_key, at, f"{number} {words}"):
        return
    task = locked_task(task_id, _SPENT, _PARCELS)
    refuse_sent_back(task, shipment := parcel_named(task.id, number))
    move_parcel(shipment, ParcelMove(_P.LOST, actor.id, at, words.strip()), delivered_at=None)
    if task.state is not TaskState.PROBLEM:
        move_task(task, Move(TaskState.PROBLEM, actor.id, at, words.strip()), problem=words.strip())
    key = f"{task.line_id}:{at.isoformat()}"
    enqueue("fulfillment.tell_problem", key=key, line_id=task.line_id)
    note_done(actor, task_id, "lost", request_key, at)


def refuse_sent_back(task: FulfillmentTask, shipment: Shipment) -> None:
    """What somebody sends back has arrived: it must not count as lost as well. Raises CameBack."""
    arrived = sum(one.units for one in parcels_of(task.id) if one.state is _P.DELIVERED)
    is_there = shipment.state is _P.DELIVERED
    if is_there and arrived - shipment.units < units_going_back(task.line_id):
        raise CameBack


def send_again(actor: Actor, task_id: int, number: int, *, request_key: str, at: datetime) -> None:
    """A lost parcel is made good: its units have to be sent once more."""
    if is_repeat(actor, task_id, "send_again", request_key, at, str(number)):
        return
    task = locked_task(task_id, _SPENT, _PARCELS)
    lost = parcel_named(task.id, number)
    move_parcel(lost, ParcelMove(_P.REPLACED, actor.id, at))
    crashpoint("parcels.replaced")
    if task.state is not TaskState.PROBLEM:  # somebody let it go on while it was looked for
        words = _why_back(lost)
        move_task(task, Move(TaskState.PROBLEM, actor.id, at, words), problem=words)
    uncount_sent(task, lost.units)
    _settle(task, actor, at)
    note_done(actor, task_id, "send_again", request_key, at)


def refund_lost(actor: Actor, task_id: int, number: int, *, request_key: str, at: datetime) -> None:
    """The points of a lost parcel come back in full. Raises OwnRequest."""
    if is_repeat(actor, task_id, "refund_lost", request_key, at, str(number)):
        return
    task = task_named(task_id)
    line = lock_line(task.line_id, _SPENT)
    if line is None:
        raise NotFound("There is no such parcel.")
    refuse_own(actor, line)
    task = fresh_task(task.line_id)
    lost = parcel_named(task.id, number)
    note = _why_back(lost)
    move_parcel(lost, ParcelMove(_P.REFUNDED, actor.id, at))
    crashpoint("parcels.refunded")
    cause = RefundCause.FAULTY if lost.delivered_at else RefundCause.LOST
    part = Part(cause, f"parcel:{lost.id}", lost.units, damaged=lost.units, note=note)
    refund_part(line, part, actor_id=actor.id, at=at)
    task = fresh_task(task.line_id)
    if task.state is not TaskState.CLOSED:
        _settle(task, actor, at)
    note_done(actor, task_id, "refund_lost", request_key, at)


def _why_back(lost: Shipment) -> str:
    what = "was not as it should be" if lost.delivered_at else "was lost"
    return f"Parcel {lost.number} {what}."


def _is_looked_for(task: FulfillmentTask) -> bool:
    return any(one.state is _P.LOST for one in parcels_of(task.id))


def _settle(task: FulfillmentTask, actor: Actor, at: datetime) -> None:
    """Let the task stand where its parcels leave it, unless one is still looked for."""
    to = resting_state(task)
    if task.state is not to and not _is_looked_for(task):
        move_task(task, Move(to, actor.id, at), problem="")


def _settle_arrival(task: FulfillmentTask, actor: Actor, at: datetime) -> None:
    """The same after an arrival, which alone solves no problem of what is still under way."""
    is_solved = resting_state(task) is TaskState.DELIVERED
    if task.state is not TaskState.PROBLEM or is_solved:
        _settle(task, actor, at)
