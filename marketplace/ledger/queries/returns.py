"""What became of points that came back from a hold."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import session
from marketplace.ledger.models import Hold, HoldLot, LotMove, Transfer
from marketplace.ledger.states import HoldState, LotMoveKind, TransferKind

_SPENT = (HoldState.CAPTURED, HoldState.REFUNDED)


@dataclass(frozen=True, slots=True)
class Returned:
    """Points of a hold that came back: in all, past their last day, and gone into what was owed."""

    points: int
    expired: int = 0
    owed: int = 0

    @property
    def usable(self) -> int:
        """What there is to spend again."""
        return self.points - self.expired - self.owed


def returned_columns() -> tuple[sa.ColumnElement[int], ...]:
    """The columns that `returned_of` reads, for a statement that selects from holds."""
    back = sa.case((Hold.state.in_(_SPENT), Hold.refunded), else_=Hold.amount)
    return back.label("back"), _expired().label("expired"), _owed().label("owed")


def returned_of(row: Any) -> Returned:
    """What a row with `returned_columns` says."""
    return Returned(row.back, row.expired, row.owed)


def returned_from(hold_id: int) -> Returned:
    """What became of the points of a hold that were released, lapsed or refunded."""
    return returned_of(
        session().execute(sa.select(*returned_columns()).where(Hold.id == hold_id)).one()
    )


def _total(points: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.cast(sa.func.coalesce(sa.func.sum(points), 0), sa.BigInteger)


def _expired() -> sa.ScalarSelect[int]:
    """Taken at the moment of a return from the lots it went to, at most what came to each."""
    came, gone = aliased(Transfer), aliased(Transfer)
    refilled = aliased(LotMove)
    came_back = sa.func.coalesce(refilled.delta, HoldLot.amount)
    share = sa.case((-LotMove.delta < came_back, -LotMove.delta), else_=came_back)
    return (
        sa.select(_total(share))
        .select_from(HoldLot)
        .join(came, _brings_back(came))
        .outerjoin(
            refilled, sa.and_(refilled.transfer_id == came.id, refilled.lot_id == HoldLot.lot_id,
                              refilled.kind == LotMoveKind.REFUND)
        )
        .join(LotMove, LotMove.lot_id == HoldLot.lot_id)
        .join(gone, gone.id == LotMove.transfer_id)
        .where(
            HoldLot.hold_id == Hold.id,
            LotMove.kind == LotMoveKind.EXPIRY,
            gone.posted_at == came.posted_at,
            sa.or_(came.kind != TransferKind.REFUND, refilled.id.is_not(None)),
        )
        .correlate(Hold)
        .scalar_subquery()
    )  # fmt: skip


def _brings_back(came: type[Transfer]) -> sa.ColumnElement[bool]:
    """The transfer that released a hold, or one that refunded a part of its capture."""
    ending = aliased(Transfer)
    capture = (
        sa.select(ending.id)
        .where(ending.pending_id == Hold.transfer_id, ending.kind == TransferKind.CAPTURE)
        .correlate(Hold)
        .scalar_subquery()
    )
    released = sa.and_(came.pending_id == Hold.transfer_id, came.kind != TransferKind.CAPTURE)
    return sa.or_(released, came.reverses_id == capture)


def _owed() -> sa.ScalarSelect[int]:
    """Paid by the transfer that released the hold, or by those that refunded its capture."""
    came = aliased(Transfer)
    return (
        sa.select(_total(-LotMove.delta))
        .select_from(came)
        .join(LotMove, LotMove.transfer_id == came.id)
        .where(_brings_back(came), LotMove.kind == LotMoveKind.DEBT)
        .correlate(Hold)
        .scalar_subquery()
    )
