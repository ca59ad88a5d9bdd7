"""What is done from time to time: codes that became too old leave, who waits goes on."""

from datetime import datetime

import sqlalchemy as sa

from catalog.operations import recounts_stock
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.jobs import enqueue
from redemption.codes.models import CodeWait, StockCode
from redemption.codes.operations.giving import TOO_OLD
from redemption.codes.operations.moves import Move, move_codes, pool_of
from redemption.codes.operations.pools import pool_named
from redemption.codes.operations.stock import Change, settle
from redemption.codes.policies import first_day_needed
from redemption.codes.states import CodeState
from redemption.models import RedemptionLine
from redemption.states import LineState

AT_ONCE = 200


def look_after(pool_id: int, *, at: datetime) -> int:
    """Take out what became too old and let the stock follow; how many codes left."""
    pool = pool_named(pool_id)
    needed = first_day_needed(at.date(), pool.guard_days)
    old = session().scalars(
        sa.select(StockCode.id)
        .where(
            StockCode.pool_id == pool_id,
            StockCode.state == CodeState.FREE,
            StockCode.valid_until < needed,
        )
        .order_by(StockCode.id)
        .with_for_update(skip_locked=True)
    )
    move = Move(came_from=CodeState.FREE, to=CodeState.EXPIRED, at=at, note=TOO_OLD)
    gone = move_codes(old.all(), move)
    reason = f"{gone:,} codes end too soon to be handed out." if gone else "Nobody waits for these."
    settle(pool, Change(lost=gone, reason=reason, actor=Actor.system(), at=at))
    return gone


@recounts_stock
def recount(variant_id: int, at: datetime) -> None:
    """Before a unit is offered to somebody: too old codes, and units without one, are none."""
    if pool := pool_of(variant_id):
        look_after(pool.id, at=at)


def drain(pool_id: int, *, at: datetime) -> int:
    """Let those go on who wait for a code, the oldest first, each in a job; how many.

    Nothing is promised while there is nothing in stock.
    """
    free = session().scalar(
        sa.select(StockCode.id)
        .where(StockCode.pool_id == pool_id, StockCode.state == CodeState.FREE)
        .limit(1)
    )
    if free is None:
        return 0
    rows = session().execute(
        sa.select(
            CodeWait.line_id, RedemptionLine.state, sa.func.min(CodeWait.since).label("since")
        )
        .join(RedemptionLine, RedemptionLine.id == CodeWait.line_id)
        .where(CodeWait.pool_id == pool_id)
        .group_by(CodeWait.line_id, RedemptionLine.state)
        .order_by("since", CodeWait.line_id)
        .limit(AT_ONCE)
    )
    waiting = rows.all()
    for line_id, state, _since in waiting:
        key = f"{line_id}:codes:{at.isoformat()}"
        if state is LineState.FULFILLED:
            enqueue("codes.follow_up", key=key, line_id=line_id)
        else:
            enqueue("redemption.fulfill", key=key, line_id=line_id, again=True)
    return len(waiting)
