"""What people at the desk do: take, pack, send, book, report a problem, give the points back.

Lock rank: request key, line, account and lots, budget, stock, task, booking, voucher.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.kernel.jobs import enqueue
from redemption.fulfillment.errors import RequestEnded, TaskMoved
from redemption.fulfillment.models import FulfillmentTask, TaskEvent
from redemption.fulfillment.operations.bookings import cancel_booking, confirm_booking
from redemption.fulfillment.operations.tasks import Move, move_task, task_named, task_of_line
from redemption.fulfillment.policies import ARRANGED
from redemption.fulfillment.states import TaskState, Work
from redemption.models import RedemptionEvent, RedemptionLine
from redemption.operations.ending import (
    end_locked,
    finish_line,
)
from redemption.operations.lines import lock_line, state_of
from redemption.operations.refunds import Part, refund_rest
from redemption.operations.revoking import revokes
from redemption.refusals import OwnRequest
from redemption.returns import returnable_while
from redemption.states import LineState, RefundCause
from redemption.vouchers.operations import issue_vouchers

_S = TaskState
_BEGUN = frozenset({_S.PACKED, _S.SENT, _S.BOOKED, _S.DONE})
_LIVE = frozenset({LineState.APPROVED, LineState.FULFILLING, LineState.FULFILLED})


@dataclass(frozen=True, slots=True)
class Parcel:
    """With whom a parcel travels; `tracking` may be empty."""

    carrier: str
    tracking: str = ""


def take_task(actor: Actor, task_id: int, *, at: datetime) -> None:
    """Make a task one's own. Raises TaskMoved when nothing is left to do."""
    task = task_named(task_id)
    taken = session().execute(
        sa.update(FulfillmentTask)
        .where(FulfillmentTask.id == task.id, FulfillmentTask.state != _S.CLOSED)
        .values(owner_id=actor.id),
        execution_options={"synchronize_session": False},
    )
    if rows_changed(taken) != 1:
        raise TaskMoved(_S.CLOSED)
    audit.record(actor.id, "fulfillment.taken", f"fulfillment-task:{task_id}", at=at)


def mark_packed(actor: Actor, task_id: int, *, request_key: str, at: datetime) -> None:
    """The parcel is packed and waits for its carrier."""
    if _is_repeat(actor, task_id, "packed", request_key, at):
        return
    task = _locked(task_id, {LineState.FULFILLING}, {Work.PARCEL})
    move_task(task, Move(_S.PACKED, actor.id, at))
    _done(actor, task_id, "packed", request_key, at)


def mark_sent(
    actor: Actor, task_id: int, parcel: Parcel, *, request_key: str, at: datetime
) -> None:
    """The parcel has left: the points are spent now, the unit is sold, the person is told.

    Raises BadInput without a carrier, RequestEnded, TaskMoved.
    """
    if not parcel.carrier.strip():
        raise BadInput("Enter who carries it. Nothing was changed.")
    said = f"{parcel.carrier} {parcel.tracking}"
    if _is_repeat(actor, task_id, "sent", request_key, at, said):
        return
    task = task_named(task_id)
    _is_work(task, Work.PARCEL)
    _finish(task, actor, at)
    task = _fresh(task.line_id)
    sent = {"carrier": parcel.carrier.strip(), "tracking": parcel.tracking.strip()}
    move_task(task, Move(_S.SENT, actor.id, at), problem="", **sent)
    _tell_ready(task)
    _done(actor, task_id, "sent", request_key, at)


def mark_delivered(actor: Actor, task_id: int, *, request_key: str, at: datetime) -> None:
    """The parcel has arrived."""
    if _is_repeat(actor, task_id, "delivered", request_key, at):
        return
    task = _locked(task_id, {LineState.FULFILLED}, {Work.PARCEL})
    move_task(task, Move(_S.DELIVERED, actor.id, at), problem="")
    _done(actor, task_id, "delivered", request_key, at)


def mark_booked(
    actor: Actor, task_id: int, confirmation: str, *, request_key: str, at: datetime
) -> None:
    """The place is confirmed: points spent, place sold, a voucher issued, the traveler told.

    After a problem the same with another number; points, place and voucher stay as they are.
    Raises BadInput without a confirmation number, RequestEnded, TaskMoved.
    """
    if not confirmation.strip():
        raise BadInput("Enter the confirmation number. Nothing was changed.")
    if _is_repeat(actor, task_id, "booked", request_key, at, confirmation):
        return
    task = task_named(task_id)
    _is_work(task, Work.BOOKING)
    is_first = _finish(task, actor, at)
    task = _fresh(task.line_id)
    move_task(task, Move(_S.BOOKED, actor.id, at), problem="")
    confirm_booking(task.line_id, confirmation.strip(), at=at)
    if is_first:
        line = lock_line(task.line_id, {LineState.FULFILLED})
        assert line is not None
        issue_vouchers(line, at=at)
    _tell_ready(task)
    _done(actor, task_id, "booked", request_key, at)


def mark_done(actor: Actor, task_id: int, proof: str, *, request_key: str, at: datetime) -> None:
    """A course is booked, leave entered, money sent: points spent, the person told of the proof.

    After a problem the same with another proof; points stay as they are. Raises BadInput without
    a proof, RequestEnded, TaskMoved.
    """
    if not proof.strip():
        raise BadInput("Enter what proves it. Nothing was changed.")
    if _is_repeat(actor, task_id, "done", request_key, at, proof):
        return
    task = task_named(task_id)
    if task.work not in ARRANGED.values():
        raise TaskMoved(task.state)
    _finish(task, actor, at)
    task = _fresh(task.line_id)
    move_task(task, Move(_S.DONE, actor.id, at), problem="", proof=proof.strip())
    _tell_ready(task)
    _done(actor, task_id, "done", request_key, at)


def report_problem(
    actor: Actor, task_id: int, words: str, *, request_key: str, at: datetime
) -> None:
    """Something is in the way; the person is told in these words, the points stay as they are."""
    if not words.strip():
        raise BadInput("Write what is in the way; the person reads it. Nothing was changed.")
    if _is_repeat(actor, task_id, "problem", request_key, at, words):
        return
    task = _locked(task_id, _LIVE, set(Work))
    move_task(task, Move(_S.PROBLEM, actor.id, at, words.strip()), problem=words.strip())
    key = f"{task.line_id}:{at.isoformat()}"
    enqueue("fulfillment.tell_problem", key=key, line_id=task.line_id)
    _done(actor, task_id, "problem", request_key, at)


def try_again(actor: Actor, task_id: int, *, request_key: str, at: datetime) -> None:
    """The problem is solved: a person's work goes on, the machine's is tried once more."""
    if _is_repeat(actor, task_id, "again", request_key, at):
        return
    task = _locked(task_id, _LIVE, set(Work))
    if task.work is Work.ISSUE:
        enqueue("redemption.fulfill", key=f"{task.line_id}:{request_key}", line_id=task.line_id)
    else:
        to = _S.TO_DO if state_of(task.line_id) is not LineState.FULFILLED else _before(task)
        move_task(task, Move(to, actor.id, at), problem="")
    _done(actor, task_id, "again", request_key, at)


def _before(task: FulfillmentTask) -> TaskState:
    if task.work in ARRANGED.values():
        return _S.DONE
    return _S.SENT if task.work is Work.PARCEL else _S.BOOKED


def give_back(actor: Actor, task_id: int, reason: str, *, request_key: str, at: datetime) -> None:
    """It can't be delivered: points, budget, limit and unit return, and the person reads why.

    Raises OwnRequest: who keeps the parcel must not be the one who returns the points.
    """
    if not reason.strip():
        raise BadInput("Write why it can't be delivered; the person reads it. Nothing was changed.")
    if _is_repeat(actor, task_id, "given_back", request_key, at, reason):
        return
    task = task_named(task_id)
    if task.state is not _S.PROBLEM:
        raise TaskMoved(task.state)
    line = lock_line(task.line_id, _LIVE)
    if line is None:
        raise RequestEnded(state_of(task.line_id).label)
    if line.employee_id == actor.employee_id:
        raise OwnRequest
    if line.state is LineState.FULFILLED:
        part = Part(RefundCause.NOT_DELIVERED, f"task:{task_id}", note=reason.strip())
        refund_rest(line, part, actor_id=actor.id, at=at)
    else:
        end_locked(line, LineState.FAILED, actor_id=actor.id, at=at, note=reason.strip())
    _done(actor, task_id, "given_back", request_key, at)


def _tell_ready(task: FulfillmentTask) -> None:
    turn = task.version
    enqueue(
        "fulfillment.tell_ready",
        key=f"{task.line_id}:{turn}",
        line_id=task.line_id,
        turn=turn,
    )


def _is_repeat(
    actor: Actor, task_id: int, deed: str, key: str, at: datetime, said: str = ""
) -> bool:
    return claim_key(actor.id, key, at=at, task=task_id, deed=deed, said=said) is not None


def _done(actor: Actor, task_id: int, deed: str, key: str, at: datetime) -> None:
    audit.record(actor.id, f"fulfillment.{deed}", f"fulfillment-task:{task_id}", at=at)
    answer_key(actor.id, key, str(task_id))


def _locked(
    task_id: int, lines: set[LineState] | frozenset[LineState], works: set[Work]
) -> FulfillmentTask:
    """The task with its line locked first. Raises RequestEnded when the line is elsewhere."""
    task = task_named(task_id)
    if task.work not in works:
        raise TaskMoved(task.state)
    if lock_line(task.line_id, lines) is None:
        raise RequestEnded(state_of(task.line_id).label)
    return _fresh(task.line_id)


def _is_work(task: FulfillmentTask, work: Work) -> None:
    if task.work is not work:
        raise TaskMoved(task.state)


def _finish(task: FulfillmentTask, actor: Actor, at: datetime) -> bool:
    """Spend the points; False when that was done before the work had its problem."""
    if finish_line(task.line_id, at=at, actor_id=actor.id):
        return True
    if lock_line(task.line_id, {LineState.FULFILLED}) is None:
        raise RequestEnded(state_of(task.line_id).label)
    return False


def _fresh(line_id: int) -> FulfillmentTask:
    task = task_of_line(line_id)
    assert task is not None
    return task


@revokes
def stop_work(line_id: int, at: datetime) -> None:
    """The request ended: nothing has to be packed or booked any more."""
    task = task_of_line(line_id)
    if task is not None and task.state is not _S.CLOSED:
        if task.state in _BEGUN:
            enqueue("fulfillment.tell_desk", key=str(task.id), task_id=task.id)
        move_task(task, _closing(line_id, at))
    cancel_booking(line_id, at=at)


def _closing(line_id: int, at: datetime) -> Move:
    """The task ends as its line did: by whom, and in their words."""
    ended = (
        session()
        .execute(
            sa.select(RedemptionEvent.actor_id, RedemptionEvent.note)
            .where(RedemptionEvent.line_id == line_id)
            .order_by(RedemptionEvent.seq.desc())
            .limit(1)
        )
        .one()
    )
    return Move(_S.CLOSED, ended.actor_id, at, ended.note or "The request was taken back.")


@returnable_while
def nothing_has_left(line_id: int) -> bool:
    """Whether a line is somebody's work and nothing was packed, sent or booked yet.

    What was packed once stays so through a problem: whoever packs their own parcel reports one too.
    """
    was_packed = sa.exists().where(
        TaskEvent.task_id == FulfillmentTask.id, TaskEvent.to_state == _S.PACKED
    )
    found = session().scalar(
        sa.select(FulfillmentTask.id)
        .join(RedemptionLine, RedemptionLine.id == FulfillmentTask.line_id)
        .where(
            FulfillmentTask.line_id == line_id,
            FulfillmentTask.state.in_((_S.TO_DO, _S.PROBLEM)),
            RedemptionLine.state != LineState.FULFILLED,
            ~was_packed,
        )
    )
    return found is not None
