"""What every step at the desk does: once by its key, the line locked first, the points spent."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.kernel.jobs import enqueue
from redemption.fulfillment.errors import RequestEnded, TaskMoved
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.operations.parcels import resting_state
from redemption.fulfillment.operations.tasks import task_named, task_of_line
from redemption.fulfillment.policies import ARRANGED
from redemption.fulfillment.states import TaskState, Work
from redemption.operations.ending import finish_line
from redemption.operations.lines import lock_line, state_of
from redemption.states import LineState

LIVE = frozenset({LineState.APPROVED, LineState.FULFILLING, LineState.FULFILLED})


def is_repeat(
    actor: Actor, task_id: int, deed: str, key: str, at: datetime, said: str = ""
) -> bool:
    """Claim the key of a step; True when the same step was done before."""
    return answered(actor, task_id, deed, key, at, said) is not None


def answered(
    actor: Actor, task_id: int, deed: str, key: str, at: datetime, said: str = ""
) -> str | None:
    """Claim the key of a step; what the same step answered when it was done before."""
    return claim_key(actor.id, key, at=at, task=task_id, deed=deed, said=said)


def note_done(
    actor: Actor,
    task_id: int,
    deed: str,
    key: str,
    at: datetime,
    answer: str = "done",
    **facts: Any,
) -> None:
    """Write a step into the audit and close its key with what a repeat is to be answered."""
    audit.record(actor.id, f"fulfillment.{deed}", f"fulfillment-task:{task_id}", at=at, **facts)
    answer_key(actor.id, key, answer)


def locked_task(
    task_id: int, lines: Collection[LineState], works: Collection[Work]
) -> FulfillmentTask:
    """The task with its line locked first. Raises RequestEnded when the line is elsewhere."""
    task = task_named(task_id)
    if task.work not in works:
        raise TaskMoved(task.state)
    if lock_line(task.line_id, lines) is None:
        raise RequestEnded(state_of(task.line_id).label)
    return fresh_task(task.line_id)


def refuse_other_work(task: FulfillmentTask, work: Work) -> None:
    """Raises TaskMoved when this is other work."""
    if task.work is not work:
        raise TaskMoved(task.state)


def spend(task: FulfillmentTask, actor: Actor, at: datetime) -> bool:
    """Spend the points; False when that was done before. Raises RequestEnded."""
    if finish_line(task.line_id, at=at, actor_id=actor.id):
        return True
    if lock_line(task.line_id, {LineState.FULFILLED}) is None:
        raise RequestEnded(state_of(task.line_id).label)
    return False


def fresh_task(line_id: int) -> FulfillmentTask:
    """The task of a line as it stands, locked."""
    task = task_of_line(line_id)
    assert task is not None
    return task


def tell_ready(task: FulfillmentTask) -> None:
    """Let the person know that it left, is booked or done."""
    turn = task.version
    enqueue("fulfillment.tell_ready", key=f"{task.line_id}:{turn}", line_id=task.line_id, turn=turn)


def before_problem(task: FulfillmentTask) -> TaskState:
    """Where a task whose points are spent goes on once its problem is solved."""
    if task.work in ARRANGED.values():
        return TaskState.DONE
    return resting_state(task) if task.work is Work.PARCEL else TaskState.BOOKED
