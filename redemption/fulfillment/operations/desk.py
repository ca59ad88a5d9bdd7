"""What people at the desk do: take, pack, book, report a problem and go on after it.

Lock rank: request key, line, account and lots, budget, stock, task, booking, voucher.
"""

from datetime import date, datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.jobs import enqueue
from marketplace.web.filters import day
from redemption.bookings.operations import booking_of_line, cancel_line, confirm
from redemption.fulfillment.errors import TaskMoved
from redemption.fulfillment.models import FulfillmentTask, TaskEvent
from redemption.fulfillment.operations.steps import (
    LIVE,
    before_problem,
    fresh_task,
    is_repeat,
    locked_task,
    note_done,
    refuse_other_work,
    spend,
    tell_ready,
)
from redemption.fulfillment.operations.tasks import Move, move_task, task_named, task_of_line
from redemption.fulfillment.states import VIEWS, TaskState, View, Work
from redemption.journeys.errors import BookedWithDates
from redemption.journeys.models import Journey
from redemption.models import RedemptionEvent, RedemptionLine
from redemption.operations.lines import lock_line, state_of
from redemption.operations.revoking import revokes
from redemption.returns import returnable_while
from redemption.states import LineState
from redemption.vouchers.operations import issue_vouchers

_S = TaskState
_BEGUN = frozenset({_S.PACKED, _S.PARTLY_SENT, _S.SENT, _S.BOOKED, _S.DONE, _S.COMPLETED})


def set_due(actor: Actor, task_id: int, due_on: date, *, request_key: str, at: datetime) -> None:
    """Say by when it has to be done. Raises BadInput for a day that is over, TaskMoved."""
    if due_on < at.date():
        raise BadInput(
            f"Enter today or a later day; {day(due_on)} is over. Nothing was changed.",
            field="due_on",
        )
    if is_repeat(actor, task_id, "due", request_key, at, due_on.isoformat()):
        return
    task = task_named(task_id)
    changed = session().execute(
        sa.update(FulfillmentTask)
        .where(
            FulfillmentTask.id == task_id,
            FulfillmentTask.state.in_(VIEWS[View.TO_DO] | VIEWS[View.PROBLEM]),
        )
        .values(due_on=due_on),
        execution_options={"synchronize_session": False},
    )
    if rows_changed(changed) != 1:
        raise TaskMoved(task.state)
    note_done(actor, task_id, "due", request_key, at)


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
    if is_repeat(actor, task_id, "packed", request_key, at):
        return
    task = locked_task(task_id, {LineState.FULFILLING}, {Work.PARCEL})
    move_task(task, Move(_S.PACKED, actor.id, at))
    note_done(actor, task_id, "packed", request_key, at)


def mark_booked(
    actor: Actor, task_id: int, confirmation: str, *, request_key: str, at: datetime
) -> None:
    """The place is confirmed: points spent, place sold, a voucher issued, the traveler told.

    After a problem the same with another number; points, place and voucher stay as they are.
    Raises BadInput without a confirmation number, BookedWithDates for a package, RequestEnded,
    TaskMoved.
    """
    if not confirmation.strip():
        raise BadInput("Enter the confirmation number. Nothing was changed.")
    if is_repeat(actor, task_id, "booked", request_key, at, confirmation):
        return
    task = task_named(task_id)
    refuse_other_work(task, Work.BOOKING)
    if session().get(Journey, task.line_id) is not None:
        raise BookedWithDates
    book_task(actor, task, confirmation.strip(), at=at)
    note_done(actor, task_id, "booked", request_key, at)


def book_task(actor: Actor, task: FulfillmentTask, confirmation: str, *, at: datetime) -> None:
    """The same for whoever has claimed the key and writes down more than a number."""
    is_first = spend(task, actor, at)
    task = fresh_task(task.line_id)
    move_task(task, Move(_S.BOOKED, actor.id, at), problem="")
    booking = booking_of_line(task.line_id)
    assert booking is not None
    confirm(booking, confirmation, actor_id=actor.id, at=at)
    if is_first:
        line = lock_line(task.line_id, {LineState.FULFILLED})
        assert line is not None
        issue_vouchers(line, at=at)
    tell_ready(task)


def report_problem(
    actor: Actor, task_id: int, words: str, *, request_key: str, at: datetime
) -> None:
    """Something is in the way; the person is told in these words, the points stay as they are."""
    if not words.strip():
        raise BadInput("Write what is in the way; the person reads it. Nothing was changed.")
    if is_repeat(actor, task_id, "problem", request_key, at, words):
        return
    task = locked_task(task_id, LIVE, set(Work))
    move_task(task, Move(_S.PROBLEM, actor.id, at, words.strip()), problem=words.strip())
    key = f"{task.line_id}:{at.isoformat()}"
    enqueue("fulfillment.tell_problem", key=key, line_id=task.line_id)
    note_done(actor, task_id, "problem", request_key, at)


def try_again(actor: Actor, task_id: int, *, request_key: str, at: datetime) -> None:
    """The problem is solved: a person's work goes on, the machine's is tried once more."""
    if is_repeat(actor, task_id, "again", request_key, at):
        return
    task = locked_task(task_id, LIVE, set(Work))
    if task.work is Work.ISSUE:
        key = f"{task.line_id}:{request_key}"
        enqueue("redemption.fulfill", key=key, line_id=task.line_id, again=True)
    else:
        to = _S.TO_DO if state_of(task.line_id) is not LineState.FULFILLED else before_problem(task)
        move_task(task, Move(to, actor.id, at), problem="")
    note_done(actor, task_id, "again", request_key, at)


@revokes
def stop_work(line_id: int, at: datetime) -> None:
    """The request ended: nothing has to be packed or booked any more."""
    task = task_of_line(line_id)
    if task is not None and task.state is not _S.CLOSED:
        if task.state in _BEGUN:
            enqueue("fulfillment.tell_desk", key=str(task.id), task_id=task.id)
        move_task(task, _closing(line_id, at))
    cancel_line(line_id, at=at)


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
def nothing_has_left() -> sa.ColumnElement[bool]:
    """Whether a line is somebody's work and nothing was packed, sent or booked yet.

    What was packed once stays so through a problem: whoever packs their own parcel reports one too.
    """
    was_packed = sa.exists().where(
        TaskEvent.task_id == FulfillmentTask.id, TaskEvent.to_state == _S.PACKED
    )
    is_open = sa.exists().where(
        FulfillmentTask.line_id == RedemptionLine.id,
        FulfillmentTask.state.in_((_S.TO_DO, _S.PROBLEM)),
        ~was_packed,
    )
    return sa.and_(RedemptionLine.state != LineState.FULFILLED, is_open)
