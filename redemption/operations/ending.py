"""How lines go on and end: fulfilled, given back, cancelled, refunded.

Lock rank: request key, line, approval step, account and lots, budget, member usage, stock; what a
revoker touches (vouchers, bookings) comes last.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa

from catalog.operations import release_stock, sell_reserved
from marketplace.access.actor import Actor
from marketplace.budgets import operations as budgets
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.kernel.jobs import enqueue
from marketplace.ledger.models import Hold
from marketplace.ledger.operations import capture_hold, release_hold
from redemption.approvals.models import ApprovalStep
from redemption.approvals.states import UNSETTLED, StepState
from redemption.journeys.dates import as_it_holds
from redemption.models import RedemptionLine
from redemption.operations.lines import lock_line, move_line
from redemption.operations.refunds import Part, refund_rest
from redemption.operations.revoking import revoke_line, uncount
from redemption.policies import (
    CANCELLABLE,
    budget_reference,
    cancelled_state,
    percent_back,
)
from redemption.queries.named import own_lines
from redemption.queries.standing import obstacle_of
from redemption.refusals import NotCancellable
from redemption.returns import is_kept
from redemption.states import LineState, RefundCause

Waiter = Callable[[RedemptionLine, datetime], bool]
_waiters: list[Waiter] = []


def waits_before(waiter: Waiter) -> Waiter:
    """Register what an approved line waits for before it is prepared: somebody has to take it.

    It is called with the locked line and the moment, and says whether the line still waits.
    """
    if waiter not in _waiters:
        _waiters.append(waiter)
    return waiter


def begin_fulfillment(line_id: int, *, at: datetime) -> RedemptionLine | None:
    """Take an approved line into fulfillment; the line again when a run had begun before.

    None when there is nothing to do (any more, or yet): cancelled, fulfilled, failed, waiting.
    """
    line = lock_line(line_id, {LineState.APPROVED, LineState.FULFILLING})
    if line is None or line.state is LineState.FULFILLING:
        return line
    if any(waits(line, at) for waits in _waiters):
        return None
    move_line(line, LineState.FULFILLING, actor_id=None, at=at)
    return line


def finish_line(line_id: int, *, at: datetime, actor_id: int | None = None, note: str = "") -> bool:
    """The line is real now: points captured, budget spent, unit sold. False when that is done."""
    line = lock_line(line_id, {LineState.FULFILLING})
    if line is None:
        return False
    move_line(line, LineState.FULFILLED, actor_id=actor_id, at=at, note=note)
    capture_hold(line.hold_id, actor_id=actor_id, at=at)
    crashpoint("redemption.finish.captured")
    if line.budget_id is not None:
        budgets.spend_reserved(
            line.budget_id, line.budget_points, reference=budget_reference(line.id), at=at
        )
    sell_reserved(line.variant_id, line.quantity)
    return True


def fail_line(line_id: int, *, at: datetime, note: str) -> bool:
    """Fulfillment did not work out: everything goes back. False when the line is past that."""
    among = {LineState.APPROVED, LineState.FULFILLING}
    return end_line(line_id, LineState.FAILED, among=among, actor_id=None, at=at, note=note)


def end_line(
    line_id: int,
    to: LineState,
    *,
    among: Collection[LineState],
    actor_id: int | None,
    at: datetime,
    note: str = "",
) -> bool:
    """End a line that holds a reservation, all given back; False when a rival was faster."""
    line = lock_line(line_id, among)
    if line is None:
        return False
    end_locked(line, to, actor_id=actor_id, at=at, note=note)
    return True


def expire_lines(line_ids: Collection[int], *, at: datetime) -> None:
    """End lines of one request that nobody answered in time.

    What was answered in time takes effect instead, and what ended meanwhile stays as it is.
    """
    locked = [lock_line(line_id, {LineState.PENDING_APPROVAL}) for line_id in sorted(line_ids)]
    due = [line for line in locked if line is not None and not _is_answered(line.id)]
    for line in sorted(due, key=lambda line: line.variant_id):  # the order of their stock
        end_locked(line, LineState.EXPIRED, actor_id=None, at=at)


def _is_answered(line_id: int) -> bool:
    given = sa.exists().where(
        ApprovalStep.line_id == line_id, ApprovalStep.state == StepState.DECIDED
    )
    return bool(session().scalar(sa.select(given)))


def end_locked(
    line: RedemptionLine, to: LineState, *, actor_id: int | None, at: datetime, note: str = ""
) -> None:
    """The same for a line that this transaction has locked."""
    was_waiting = line.state is LineState.PENDING_APPROVAL
    move_line(line, to, actor_id=actor_id, at=at, note=note)
    close_steps(line.id, at=at)
    crashpoint("redemption.end.moved")
    release_hold(line.hold_id, actor_id=actor_id, at=at)
    crashpoint("redemption.end.released")
    if line.budget_id is not None:
        budgets.release(
            line.budget_id, line.budget_points, reference=budget_reference(line.id), at=at
        )
    uncount(line, line.quantity)
    release_stock(line.variant_id, line.quantity)
    if not was_waiting:
        revoke_line(line.id, at)
    enqueue("redemption.tell", key=f"{line.id}:{to}", line_id=line.id)


def close_steps(line_id: int, *, at: datetime) -> None:
    """Whoever was still asked need not answer any more."""
    session().execute(
        sa.update(ApprovalStep)
        .where(ApprovalStep.line_id == line_id, ApprovalStep.state.in_(UNSETTLED))
        .values(
            state=StepState.CLOSED,
            decided_by_id=None,
            asked_id=None,
            effective_at=None,
            settled_at=at,
        ),
        execution_options={"synchronize_session": False},
    )


def cancel_redemption(
    actor: Actor, reference: str, *, request_key: str, at: datetime, note: str = ""
) -> str:
    """The requester takes back a line, or of a whole request what can be taken back now.

    Points, budget, limit and units return at once. Raises NotFound for anyone else's,
    NotCancellable with the reason when it is too late (for all of it).
    """
    answered = claim_key(actor.id, request_key, at=at, cancel=reference)
    if answered is not None:
        return answered
    locked = [lock_line(line_id, CANCELLABLE) for line_id in own_lines(actor, reference)]
    lines = [line for line in locked if line is not None and not obstacle_of(line, at=at)]
    if not lines:
        raise NotCancellable(_too_late(actor, reference, at))
    crashpoint("redemption.cancel.locked")
    for line in sorted(lines, key=lambda line: line.variant_id):  # the order of their stock
        _take_back(line, actor, at=at, note=note)
        crashpoint("redemption.cancel.taken_back")
    answer_key(actor.id, request_key, reference)
    return reference


def _too_late(actor: Actor, reference: str, at: datetime) -> str:
    lines = [session().get_one(RedemptionLine, one) for one in own_lines(actor, reference)]
    for line in lines:
        session().refresh(line)
    if len(lines) > 1:
        return "Nothing of this request can be canceled any more."
    obstacle = obstacle_of(lines[0], at=at)
    return obstacle.text if obstacle else "This can't be canceled any more."


def _take_back(line: RedemptionLine, actor: Actor, *, at: datetime, note: str) -> None:
    if line.state is LineState.FULFILLED:
        share = percent_back(as_it_holds(line), at=at)
        part = Part(RefundCause.CANCELED, "canceled", percent=share, note=note)
        back = refund_rest(line, part, actor_id=actor.id, at=at)
        _refuse_used_meanwhile(line.id)
    else:
        back = line.points
        end_locked(line, cancelled_state(line.state), actor_id=actor.id, at=at, note=note)
    facts = {"points_back": back, "of": line.points}
    audit.record(actor.id, "redemption.cancelled", f"redemption:{line.reference}", at=at, **facts)


def _refuse_used_meanwhile(line_id: int) -> None:
    """A desk locks the voucher and not the line: only now that it is void nobody uses it."""
    if is_kept(line_id):
        raise NotCancellable("A part of this was used just now, so it can't be canceled.")


def overdue_lines(*, at: datetime, limit: int = 200) -> list[list[int]]:
    """Ids of lines that nobody answered in time, those of one request together, in their order."""
    rows = session().execute(
        sa.select(RedemptionLine.redemption_id, RedemptionLine.id)
        .where(RedemptionLine.state == LineState.PENDING_APPROVAL, RedemptionLine.decide_by <= at)
        .order_by(RedemptionLine.redemption_id, RedemptionLine.id)
        .limit(limit)
    )
    return [[row.id for row in of_one] for _, of_one in groupby(rows, key=lambda row: row[0])]


def lapsed_lines(*, at: datetime, limit: int = 200) -> list[int]:
    """Ids of approved requests that nobody began to prepare before their hold ended."""
    return list(
        session().scalars(
            sa.select(RedemptionLine.id)
            .join(Hold, Hold.id == RedemptionLine.hold_id)
            .where(
                RedemptionLine.state == LineState.APPROVED,
                Hold.expires_at <= at,
            )
            .order_by(RedemptionLine.id)
            .limit(limit)
        )
    )
