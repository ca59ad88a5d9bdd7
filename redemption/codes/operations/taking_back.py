"""A request ended: its codes go back to the stock when nobody has seen them, and never else.

One that was said not to work is bad, so that it stands on the list for its supplier.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.secrets import fingerprint, seal
from redemption.codes.models import CodePool, CodeReport, CodeWait, StockCode
from redemption.codes.operations.giving import TOO_OLD, lasts
from redemption.codes.operations.moves import NOBODYS, Move, held_codes, move_codes, pool_of
from redemption.codes.operations.reports import close_reports
from redemption.codes.operations.stock import Change, count_elsewhere, settle
from redemption.codes.states import CodeState
from redemption.models import LineRefund, RedemptionLine
from redemption.operations.revoking import revokes
from redemption.states import LineState, RefundCause
from redemption.vouchers.models import CodeReveal, Voucher
from redemption.vouchers.received import LAST
from redemption.vouchers.states import VoucherState

ENDED = "The request was taken back before anybody saw the code."
SEEN = "The request was taken back after the code was seen."
BROKEN = "It was said not to work, and the points went back."
FORGOTTEN = "The code of this voucher went back to the stock."


@dataclass(slots=True)
class Ended:
    """What becomes of the codes of a line: back to the stock, too old by now, seen, or bad."""

    back: list[StockCode] = field(default_factory=list)
    too_old: list[StockCode] = field(default_factory=list)
    seen: list[StockCode] = field(default_factory=list)
    bad: list[StockCode] = field(default_factory=list)

    @property
    def lost(self) -> int:
        """How many the stock has no more."""
        return len(self.too_old) + len(self.seen) + len(self.bad)


@revokes
def take_back_codes(line_id: int, at: datetime) -> None:
    """Put back what nobody saw. The vouchers are void already; those forget their codes."""
    line = session().get_one(RedemptionLine, line_id)
    pool = pool_of(line.variant_id)
    if pool is None:
        return
    held = held_codes(line_id)
    ended = _sorted_out(pool, held, at)
    _forget([code.id for code in ended.back])
    _move(ended.back, CodeState.FREE, line_id, at, ENDED)
    _move(ended.too_old, CodeState.EXPIRED, line_id, at, TOO_OLD)
    _move(ended.seen, CodeState.SPENT, line_id, at, SEEN)
    _move(ended.bad, CodeState.BAD, line_id, at, BROKEN)
    crashpoint("codes.taken_back")
    lost, waiting = ended.lost, _forget_waits(line_id)
    bare = line.quantity - _given_back_singly(line_id) - len(held) - waiting
    if line.state is LineState.REFUNDED and bare:
        count_elsewhere(pool, -bare)
        lost += bare
    reason = f"{line.snapshot['name']} was taken back."
    settle(pool, Change(lost=lost, reason=reason, actor=Actor.system(), at=at))
    close_reports(line_id, at=at)
    if ended.back:
        enqueue("codes.drain", key=f"{pool.id}:line:{line_id}", pool_id=pool.id)


def _given_back_singly(line_id: int) -> int:
    """Units whose points came back one by one: each was counted out of the stock by itself."""
    found = sa.select(sa.func.coalesce(sa.func.sum(LineRefund.units), 0)).where(
        LineRefund.line_id == line_id, LineRefund.cause == RefundCause.NOT_WORKING
    )
    return int(session().scalar(found) or 0)


def _sorted_out(pool: CodePool, held: Sequence[StockCode], at: datetime) -> Ended:
    ids = [code.id for code in held]
    was_seen, was_reported = _seen_among(ids), _reported_among(ids)
    ended = Ended()
    for code in held:
        if code.id in was_reported:
            ended.bad.append(code)
        elif code.id in was_seen:
            ended.seen.append(code)
        else:
            (ended.back if lasts(pool, code, at) else ended.too_old).append(code)
    return ended


def _seen_among(code_ids: Sequence[int]) -> set[int]:
    """Which of these codes somebody has read, or may have: their voucher is no longer untouched."""
    found = session().scalars(
        sa.select(Voucher.stock_code_id)
        .join(CodeReveal, CodeReveal.voucher_id == Voucher.id)
        .where(Voucher.stock_code_id.in_(code_ids))
    )
    return {code_id for code_id in found if code_id is not None}


def _reported_among(code_ids: Sequence[int]) -> set[int]:
    """Which of these codes somebody said not to work, with no answer so far."""
    found = session().scalars(
        sa.select(CodeReport.code_id).where(
            CodeReport.code_id.in_(code_ids), CodeReport.settled_at.is_(None)
        )
    )
    return {code_id for code_id in found if code_id is not None}


def _forget(code_ids: Sequence[int]) -> None:
    """The vouchers of these codes let go of them, so that another voucher may have them."""
    vouchers = session().scalars(
        sa.select(Voucher.id).where(
            Voucher.stock_code_id.in_(code_ids), Voucher.state == VoucherState.VOID
        )
    )
    for voucher_id in vouchers.all():
        session().execute(
            sa.update(Voucher)
            .where(Voucher.id == voucher_id)
            .values(
                fingerprint=fingerprint(f"voucher:{voucher_id}", "forgotten code"),
                cipher=seal(FORGOTTEN, f"vouchers:forgotten:{voucher_id}"),
                last4="•" * LAST,
            ),
            execution_options={"synchronize_session": False},
        )


def _move(codes: Sequence[StockCode], to: CodeState, line_id: int, at: datetime, note: str) -> None:
    kept = {} if to is not CodeState.FREE else NOBODYS
    for state in (CodeState.CLAIMED, CodeState.ISSUED):
        some = [code.id for code in codes if code.state is state]
        if some:
            move = Move(came_from=state, to=to, at=at, line_id=line_id, note=note)
            move_codes(some, move, **kept)


def _forget_waits(line_id: int) -> int:
    """Nobody of this line waits any more; how many waited for a code in place of a bad one."""
    gone = session().execute(
        sa.delete(CodeWait).where(CodeWait.line_id == line_id).returning(CodeWait.replaces),
        execution_options={"synchronize_session": False},
    )
    return sum(1 for (replaces,) in gone if replaces)
