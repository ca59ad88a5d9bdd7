"""Giving back what was spent: all of it, or part by part, to the lots it came from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import rows_changed, session
from marketplace.ledger.burning import DEFAULT_GRACE_DAYS, FreeLot, Taking, take_from
from marketplace.ledger.errors import HoldResolved, RefundTooLarge
from marketplace.ledger.models import Hold, HoldLot, Lot, LotMove, Transfer
from marketplace.ledger.operations.holds import HOLDS, after_return, why_not
from marketplace.ledger.operations.posting import (
    LOT_MOVES,
    LOTS,
    change_balances,
    post,
    transfer_row,
)
from marketplace.ledger.states import HoldState, LotMoveKind, TransferKind


@dataclass(frozen=True, slots=True)
class Refund:
    """What comes back of a capture and why; no points: all that is not back yet."""

    source_key: str
    reason: str
    actor_id: int | None = None
    points: int | None = None


@dataclass(frozen=True, slots=True)
class _Captured:
    """The transfer that spent the points of a hold."""

    hold_id: int
    transfer_id: int
    account_id: int
    redeemed_id: int
    reference: str


def reverse_capture(
    hold_id: int, refund: Refund, *, at: datetime, grace_days: int = DEFAULT_GRACE_DAYS
) -> int:
    """Bring back what was spent, all or a part of it; answers the transfer.

    Points go to the lots they came from, with their dates: of a part, what was taken last comes
    back first, so that what ends latest is back earliest. The same source key again answers the
    same transfer. Raises HoldResolved, RefundTooLarge, NotFound, with nothing changed.
    """
    if (before := _refund_of(hold_id, refund.source_key)) is not None:
        return before
    points = _count(hold_id, refund.points, at)
    captured = _captured(hold_id)
    change_balances([{"account": captured.account_id, "by_posted": points, "by_floor": 0}])
    transfer = _post(captured, refund, points, at)
    _fill(captured, transfer, points)
    after_return(hold_id, captured.account_id, transfer, at=at, grace_days=grace_days)
    return transfer


def _count(hold_id: int, points: int | None, at: datetime) -> int:
    """Count what comes back, by a guarded UPDATE; how much that is."""
    left = _left(hold_id)
    points = left if points is None else points
    after = HOLDS.c.refunded + points
    counted = session().execute(
        sa.update(HOLDS)
        .where(HOLDS.c.id == hold_id, HOLDS.c.state == HoldState.CAPTURED, after <= HOLDS.c.amount)
        .values(
            refunded=after,
            state=sa.case(
                (after == HOLDS.c.amount, sa.literal(HoldState.REFUNDED, HOLDS.c.state.type)),
                else_=HOLDS.c.state,
            ),
            resolved_at=at,
        )
    )
    if rows_changed(counted) != 1:
        refusal = why_not(hold_id)
        is_captured = isinstance(refusal, HoldResolved) and refusal.state is HoldState.CAPTURED
        raise RefundTooLarge(asked=points, left=left) if is_captured else refusal
    return points


def _left(hold_id: int) -> int:
    """What was set aside and is not back, with the hold locked for this transaction."""
    left = sa.select(Hold.amount - Hold.refunded).where(Hold.id == hold_id).with_for_update()
    return session().scalar(left) or 0


def _refund_of(hold_id: int, source_key: str) -> int | None:
    captured = aliased(Transfer)
    return session().scalar(
        sa.select(Transfer.id)
        .join(captured, captured.id == Transfer.reverses_id)
        .join(Hold, Hold.transfer_id == captured.pending_id)
        .where(
            Hold.id == hold_id,
            Transfer.kind == TransferKind.REFUND,
            Transfer.source_key == source_key,
        )
    )


def _captured(hold_id: int) -> _Captured:
    row = (
        session()
        .execute(
            sa.select(Transfer.id, Transfer.debit_id, Transfer.credit_id, Hold.reference)
            .join(Hold, Hold.transfer_id == Transfer.pending_id)
            .where(Hold.id == hold_id)
        )
        .one()
    )
    return _Captured(hold_id, *row)


def _post(captured: _Captured, refund: Refund, points: int, at: datetime) -> int:
    [transfer] = post(
        [
            transfer_row(
                TransferKind.REFUND,
                captured.redeemed_id,
                captured.account_id,
                points,
                reverses_id=captured.transfer_id,
                source_key=refund.source_key,
                reference=captured.reference,
                reason=refund.reason,
                actor_id=refund.actor_id,
                posted_at=at,
            )
        ]
    )
    return transfer


def _fill(captured: _Captured, transfer: int, points: int) -> None:
    """Put points back into the lots of the hold; a lot that was closed is open again."""
    takings = sorted(take_from(_lots_to_fill(captured), points), key=lambda one: one.lot_id)
    assert sum(taking.points for taking in takings) == points, "a hold had fewer points in its lots"
    session().execute(
        sa.update(LOTS)
        .where(LOTS.c.id == sa.bindparam("lot"))
        .values(remaining=LOTS.c.remaining + sa.bindparam("points"), closed_at=None),
        [{"lot": taking.lot_id, "points": taking.points} for taking in takings],
    )
    session().execute(sa.insert(LOT_MOVES), [_move(taking, transfer) for taking in takings])


def _move(taking: Taking, transfer: int) -> dict[str, Any]:
    return {
        "lot_id": taking.lot_id,
        "transfer_id": transfer,
        "kind": LotMoveKind.REFUND,
        "delta": taking.points,
    }


def _lots_to_fill(captured: _Captured) -> list[FreeLot]:
    """What each lot of the hold has not back yet, what was taken last first."""
    back = (
        sa.select(sa.func.coalesce(sa.func.sum(LotMove.delta), 0))
        .join(Transfer, Transfer.id == LotMove.transfer_id)
        .where(
            LotMove.lot_id == HoldLot.lot_id,
            LotMove.kind == LotMoveKind.REFUND,
            Transfer.reverses_id == captured.transfer_id,
        )
        .correlate(HoldLot)
        .scalar_subquery()
    )
    rows = session().execute(
        sa.select(Lot.id, (HoldLot.amount - sa.cast(back, sa.BigInteger)).label("missing"))
        .join(HoldLot, HoldLot.lot_id == Lot.id)
        .where(HoldLot.hold_id == captured.hold_id)
        .order_by(Lot.expires_at.desc().nulls_first(), Lot.id.desc())
    )
    return [FreeLot(row.id, captured.account_id, row.missing) for row in rows]
