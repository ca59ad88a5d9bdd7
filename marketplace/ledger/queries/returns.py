"""What became of points that came back from a hold."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import session
from marketplace.ledger.models import Hold, HoldLot, LotMove, Transfer
from marketplace.ledger.states import LotMoveKind


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
    return Hold.amount.label("held"), _expired().label("expired"), _owed().label("owed")


def returned_of(row: Any) -> Returned:
    """What a row with `returned_columns` says."""
    return Returned(row.held, row.expired, row.owed)


def returned_from(hold_id: int) -> Returned:
    """What became of the points of a hold when it was released, lapsed or refunded."""
    return returned_of(
        session().execute(sa.select(*returned_columns()).where(Hold.id == hold_id)).one()
    )


def _total(points: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.cast(sa.func.coalesce(sa.func.sum(points), 0), sa.BigInteger)


def _expired() -> sa.ScalarSelect[int]:
    """Taken at the moment of the return from the lots it went to, at most what came from each."""
    share = sa.case((-LotMove.delta < HoldLot.amount, -LotMove.delta), else_=HoldLot.amount)
    return (
        sa.select(_total(share))
        .select_from(HoldLot)
        .join(LotMove, LotMove.lot_id == HoldLot.lot_id)
        .join(Transfer, Transfer.id == LotMove.transfer_id)
        .where(
            HoldLot.hold_id == Hold.id,
            LotMove.kind == LotMoveKind.EXPIRY,
            Transfer.posted_at == Hold.resolved_at,
        )
        .correlate(Hold)
        .scalar_subquery()
    )


def _owed() -> sa.ScalarSelect[int]:
    """Paid by the transfer that ended the hold, or by the one that refunded its capture."""
    ending, refund = aliased(Transfer), aliased(Transfer)
    return (
        sa.select(_total(-LotMove.delta))
        .select_from(ending)
        .outerjoin(refund, refund.reverses_id == ending.id)
        .join(LotMove, LotMove.transfer_id == sa.func.coalesce(refund.id, ending.id))
        .where(ending.pending_id == Hold.transfer_id, LotMove.kind == LotMoveKind.DEBT)
        .correlate(Hold)
        .scalar_subquery()
    )
