"""A code that does not work is taken out for good, and the unit gets the next one of the stock."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import enqueue
from redemption.codes.models import CodePool, CodeWait, StockCode
from redemption.codes.operations.giving import (
    Unit,
    claim,
    empty_words,
    mark_issued,
    next_issue,
    raise_alarm,
    received,
    stop_waiting,
    turns,
    wait_for_code,
)
from redemption.codes.operations.moves import Move, move_codes, pool_of
from redemption.codes.operations.reports import (
    close_if_answered,
    open_report,
    settle_report,
)
from redemption.codes.operations.stock import Change, count_elsewhere, settle
from redemption.codes.states import CodeState, Outcome
from redemption.fulfillment.operations.tasks import open_task
from redemption.fulfillment.states import Work
from redemption.models import RedemptionLine
from redemption.operations.lines import lock_line, refuse_own
from redemption.states import LineState
from redemption.vouchers.operations import Voiding, issue_received, void_voucher
from redemption.vouchers.received import Received, Spoiled, replaces_codes


@replaces_codes
def take_out(spoiled: Spoiled, at: datetime) -> Received | None:
    """Mark a code as bad for ever; the next one for its unit, none where there is none (yet)."""
    code = session().get_one(StockCode, spoiled.code_id, populate_existing=True)
    line_id, pool = spoiled.line.id, pool_of(spoiled.line.variant_id)
    assert pool is not None, "a code of the stock without its pool"
    move = Move(
        came_from=CodeState.ISSUED,
        to=CodeState.BAD,
        at=at,
        line_id=line_id,
        actor_id=spoiled.actor.employee_id,
        note=spoiled.reason,
    )
    move_codes([code.id], move)
    crashpoint("codes.taken_out")
    outcome = Outcome.GIVEN_BACK if spoiled.gives_back else Outcome.REPLACED
    settle_report(spoiled.voucher_id, outcome, spoiled.reason, spoiled.actor, at=at)
    if spoiled.gives_back:
        return None  # the stock is counted once the points are back, by its rank
    if not spoiled.reissue:
        count_elsewhere(pool, 1)
        close_if_answered(line_id, at=at)
        return None
    unit = Unit(line_id, spoiled.unit_no, spoiled.issue + 1)
    found = claim(pool, unit, at) if turns(pool, line_id, at) else None
    _follow(pool, unit, found, at)
    reason = f"The code ending in {code.last4} does not work."
    settle(pool, Change(lost=1, reason=reason, actor=spoiled.actor, at=at))
    return received(pool, found) if found else None


def _follow(pool: CodePool, unit: Unit, found: StockCode | None, at: datetime) -> None:
    if found is not None:
        mark_issued([found.id], unit.line_id, at)
        close_if_answered(unit.line_id, at=at)
        return
    wait_for_code(pool, unit.line_id, unit.unit_no, at, replaces=True)
    open_task(unit.line_id, Work.ISSUE, at=at, problem=empty_words(pool))
    raise_alarm(pool, at)


def replace_reported(
    actor: Actor, report_id: int, reason: str, *, request_key: str, at: datetime
) -> int:
    """Give another code for one that was reported; the voucher that stands, or the void one.

    Raises NotFound, BadInput, OwnRequest, NotVoidable.
    """
    report = open_report(report_id)
    refuse_own(actor, session().get_one(RedemptionLine, report.line_id))
    voiding = Voiding(reason, reissue=True)
    return void_voucher(actor, report.voucher_id, voiding, request_key=request_key, at=at)


def follow_up(line_id: int, *, at: datetime) -> int:
    """Give a fulfilled line the codes that it waits for in place of bad ones; how many."""
    line = lock_line(line_id, {LineState.FULFILLED})
    pool = pool_of(line.variant_id) if line else None
    if line is None or pool is None:
        return 0
    waiting = _waiting_units(line_id)
    given = 0
    for unit_no in waiting[: turns(pool, line_id, at)]:
        code = claim(pool, Unit(line_id, unit_no, next_issue(line_id, unit_no)), at)
        if code is None:
            break
        issue_received(line, [received(pool, code)], at=at)
        mark_issued([code.id], line_id, at)
        stop_waiting(line_id, [unit_no])
        turn = 1000 * unit_no + (code.issue or 0)
        enqueue("fulfillment.tell_ready", key=f"{line_id}:{turn}", line_id=line_id, turn=turn)
        given += 1
    crashpoint("codes.followed_up")
    if given and given == len(waiting):
        close_if_answered(line_id, at=at)
    if given:
        reason = "Codes took the place of some that did not work."
        settle(pool, Change(reason=reason, actor=Actor.system(), at=at))
    return given


def _waiting_units(line_id: int) -> list[int]:
    return list(
        session().scalars(
            sa.select(CodeWait.unit_no)
            .where(CodeWait.line_id == line_id, CodeWait.replaces)
            .order_by(CodeWait.unit_no)
        )
    )
