"""Making approved lines real, each kind in its own way, in one transaction a line.

Lock rank: line, account and lots, budget, stock (all in redemption.operations.ending), then what
is new: tasks, bookings, certificates, vouchers. A second run finds the line past that and stops.
"""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from catalog.states import Kind
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import enqueue
from redemption.bookings.operations import book_line
from redemption.fulfillment.models import FulfillmentAttempt, FulfillmentTask
from redemption.fulfillment.operations.tasks import Move, move_task, open_task, task_of_line
from redemption.fulfillment.policies import ARRANGED, BOOKED, PARCELS
from redemption.fulfillment.states import TaskState, Work
from redemption.gifts.models import Gift
from redemption.gifts.states import GiftState
from redemption.models import RedemptionLine
from redemption.operations.ending import begin_fulfillment, finish_line
from redemption.operations.lines import lock_line
from redemption.states import LineState
from redemption.vouchers.operations import issue_certificates, issue_vouchers
from redemption.vouchers.policies import CERTIFIED, CODED

Maker = Callable[[RedemptionLine, datetime], None]
Claim = Callable[[RedemptionLine, datetime], bool]
_claims: list[Claim] = []


def takes_over(claim: Claim) -> Claim:
    """Register who makes some lines real in a way of its own, whatever their kind.

    It is called inside the transaction with the locked line and says whether the line is its own.
    """
    if claim not in _claims:
        _claims.append(claim)
    return claim


def fulfill_line(line_id: int, *, at: datetime, again: bool = False) -> bool:
    """Make an approved line real, or give it to the desk. False when that was done or is off.

    Where a problem is before a person nothing is tried, unless `again` says that they had a look.
    """
    line = begin_fulfillment(line_id, at=at)
    if line is None or not (again or _is_free(line_id)):
        return False
    crashpoint("fulfillment.begun")
    if not any(claim(line, at) for claim in _claims):
        maker_of(Kind(line.snapshot["kind"]))(line, at)
    crashpoint("fulfillment.made")
    return True


def _is_free(line_id: int) -> bool:
    task = task_of_line(line_id)
    return task is None or task.state is not TaskState.PROBLEM


def maker_of(kind: Kind) -> Maker:
    """How this kind of reward becomes real."""
    if kind in CERTIFIED:
        return make_certificates
    if kind in PARCELS:
        return hand_to_packers
    if kind in BOOKED:
        return hand_to_bookers
    if kind in ARRANGED:
        return hand_to_arrangers
    assert kind in CODED, f"nobody knows how to fulfill a {kind}"
    return make_vouchers


def make_certificates(line: RedemptionLine, at: datetime) -> None:
    """Badges and certificates are ready at once."""
    if finish_line(line.id, at=at):
        issue_certificates(line, at=at)
        close_issue(line.id, at=at)
        enqueue("fulfillment.tell_ready", key=f"{line.id}:1", line_id=line.id, turn=1)


def make_vouchers(line: RedemptionLine, at: datetime) -> None:
    """Gift cards and experiences are codes of our own, ready at once."""
    if finish_line(line.id, at=at):
        issue_vouchers(line, at=at)
        close_issue(line.id, at=at)
        enqueue("fulfillment.tell_ready", key=f"{line.id}:1", line_id=line.id, turn=1)


def hand_to_packers(line: RedemptionLine, at: datetime) -> None:
    """Somebody packs and sends it; the points stay set aside until it is sent."""
    open_task(line.id, Work.PARCEL, at=at)


def hand_to_bookers(line: RedemptionLine, at: datetime) -> None:
    """Somebody books it; the points stay set aside until the place is confirmed."""
    book_line(line, at=at)
    crashpoint("fulfillment.booking_made")
    open_task(line.id, Work.BOOKING, at=at)


def hand_to_arrangers(line: RedemptionLine, at: datetime) -> None:
    """Somebody books a course, enters leave or sends money; points wait for the proof."""
    open_task(line.id, ARRANGED[Kind(line.snapshot["kind"])], at=at)


def close_issue(line_id: int, *, at: datetime) -> None:
    """What a person had to look into has solved itself."""
    task = task_of_line(line_id)
    if task is not None and task.work is Work.ISSUE and task.state is not TaskState.CLOSED:
        move_task(task, Move(TaskState.CLOSED, None, at, "It worked on another try."))


def note_failure(line_id: int, words: str, *, at: datetime) -> int:
    """Count a try that failed; how many did so far."""
    attempt = FulfillmentAttempt
    failures = session().scalar(
        insert_or_skip(attempt)
        .values(line_id=line_id, failures=1, last_error=words, last_at=at)
        .on_conflict_do_update(
            index_elements=["line_id"],
            set_={"failures": attempt.failures + 1, "last_error": words, "last_at": at},
        )
        .returning(attempt.failures)
    )
    assert failures is not None
    return failures


def ask_for_help(line_id: int, words: str, *, at: datetime) -> bool:
    """Put a line that the machine can't fulfill before a person; False when that is needless."""
    if lock_line(line_id, {LineState.APPROVED, LineState.FULFILLING}) is None:
        return False
    if open_task(line_id, Work.ISSUE, at=at, problem=words) is None:
        return False
    enqueue("fulfillment.tell_problem", key=f"{line_id}:{at.isoformat()}", line_id=line_id)
    return True


def waiting_lines(*, before: datetime, limit: int = 200) -> list[int]:
    """Lines that are approved for long and that nobody works on: their job was lost."""
    task = sa.exists().where(FulfillmentTask.line_id == RedemptionLine.id)
    asked = sa.exists().where(
        Gift.line_id == RedemptionLine.id,
        Gift.state == GiftState.OPEN,
        Gift.answer_by.is_not(None),
    )
    return list(
        session().scalars(
            sa.select(RedemptionLine.id)
            .where(
                RedemptionLine.state == LineState.APPROVED,
                RedemptionLine.changed_at < before,
                ~task,
                ~asked,
            )
            .order_by(RedemptionLine.id)
            .limit(limit)
        )
    )
