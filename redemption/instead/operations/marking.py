"""The desk says that there is none to deliver, and what is no longer missing is settled."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.calendars.queries import calendars_of
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.kernel.jobs import enqueue
from marketplace.people.queries import person
from redemption.fulfillment.operations.tasks import Move, move_task, task_named, task_of_line
from redemption.fulfillment.states import TaskState, Work
from redemption.instead.errors import CannotMark
from redemption.instead.models import Shortage
from redemption.instead.operations.moves import HELD, move_shortage, note_event, shortage_of_line
from redemption.instead.policies import answer_by
from redemption.instead.states import LIVE, ShortageState
from redemption.models import RedemptionLine
from redemption.operations.lines import lock_line, refuse_own, state_of
from redemption.operations.revoking import revokes
from redemption.returns import is_returnable
from redemption.states import LineState


def mark_missing(
    actor: Actor, task_id: int, reason: str, *, request_key: str, at: datetime
) -> None:
    """There is none to send: its person is asked for something else, to wait, or the points back.

    The points stay set aside meanwhile. Raises BadInput without a reason, CannotMark, OwnRequest.
    """
    if not reason.strip():
        raise BadInput("Write why there is none; the person reads it. Nothing was changed.")
    said = reason.strip()
    if claim_key(actor.id, request_key, at=at, missing=task_id, said=said) is not None:
        return
    line_id = task_named(task_id).line_id
    line = lock_line(line_id, HELD)
    if line is None:
        raise CannotMark(f"This request is {state_of(line_id).label.lower()} by now.")
    refuse_own(actor, line)
    if line.recipient_id is not None:
        raise CannotMark("This is a gift. Report a problem, or give the points back.")
    _ask_the_person(line, said, actor, at)
    _report_problem(line_id, said, actor, at)
    crashpoint("instead.mark.moved")
    audit.record(actor.id, "shortage.marked", f"fulfillment-task:{task_id}", at=at, reason=said)
    answer_key(actor.id, request_key, str(line_id))


def _ask_the_person(line: RedemptionLine, reason: str, actor: Actor, at: datetime) -> None:
    task = task_of_line(line.id)
    if task is None or task.work is not Work.PARCEL or not is_returnable(line.id):
        raise CannotMark("Only what is sent as a parcel and not packed yet can be missing.")
    site = person(line.employee_id).site
    until = answer_by(calendars_of([site])[site], at)
    shortage = shortage_of_line(line.id)
    if shortage is None:
        seq, shortage_id = 1, _open(line.id, reason, until, at)
        facts = {"to_state": ShortageState.OPEN, "actor_id": actor.id, "note": reason, "at": at}
        note_event(shortage_id, seq, **facts)
    elif shortage.state is ShortageState.OPEN:
        raise CannotMark("They are asked already. Nothing was changed.")
    else:
        shortage_id, news = shortage.id, {"reason": reason, "answer_by": until}
        to = ShortageState.OPEN
        seq = move_shortage(shortage, to, actor_id=actor.id, at=at, note=reason, **news)
    enqueue("instead.tell", key=f"{shortage_id}:{seq}", shortage_id=shortage_id, seq=seq)


def _open(line_id: int, reason: str, until: datetime, at: datetime) -> int:
    opened = session().scalar(
        sa.insert(Shortage)
        .values(
            line_id=line_id,
            state=ShortageState.OPEN,
            reason=reason,
            answer_by=until,
            changed_at=at,
            version=1,
        )
        .returning(Shortage.id)
    )
    assert opened is not None
    return opened


def _report_problem(line_id: int, reason: str, actor: Actor, at: datetime) -> None:
    task = task_of_line(line_id)
    assert task is not None
    if task.state is not TaskState.PROBLEM:
        move_task(task, Move(TaskState.PROBLEM, actor.id, at, reason), problem=reason)


@revokes
def settle_with_the_line(line_id: int, at: datetime) -> None:
    """The request ended another way than by a choice: there is nothing to choose any more."""
    shortage = shortage_of_line(line_id)
    if shortage is not None and shortage.state in LIVE:
        move_shortage(shortage, ShortageState.SETTLED, actor_id=None, at=at)


def settle(line_id: int, *, at: datetime) -> bool:
    """The same for what was sent after all. False when a rival was faster."""
    if lock_line(line_id, frozenset(LineState) - HELD) is None:
        return False
    shortage = shortage_of_line(line_id)
    if shortage is None or shortage.state not in LIVE:
        return False
    move_shortage(shortage, ShortageState.SETTLED, actor_id=None, at=at)
    return True
