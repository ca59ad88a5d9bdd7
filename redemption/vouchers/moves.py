"""A voucher's lock and its moves: the guarded UPDATE decides, the event row remembers."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.errors import IllegalMove, NotFound
from redemption.vouchers.models import Voucher, VoucherEvent
from redemption.vouchers.states import MOVES, VoucherState


def lock_voucher(voucher_id: int) -> Voucher:
    """Take a voucher for this transaction. It is the last rank of the house's locks. NotFound."""
    voucher = session().scalar(
        sa.select(Voucher)
        .where(Voucher.id == voucher_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if voucher is None:
        raise NotFound("There is no such voucher.")
    return voucher


def move_voucher(
    voucher: Voucher,
    to: VoucherState,
    *,
    actor_id: int | None,
    at: datetime,
    note: str = "",
    by: int = 0,
) -> None:
    """Move a voucher, and what is left on it `by` so much, and remember it; alters `voucher`.

    Raises IllegalMove for a move not in the table, and when somebody was faster or less is left
    than is taken.
    """
    came_from = voucher.state
    is_move = to in MOVES[came_from] or (by != 0 and to is came_from)
    version = None
    if is_move:
        version = session().scalar(_guarded(voucher, to, by), execution_options=_AS_IT_IS)
    if version is None:
        raise IllegalMove(came_from, to)
    if to is not came_from:
        remember(voucher.id, version, came_from, to, actor_id=actor_id, at=at, note=note)
    session().refresh(voucher)


_AS_IT_IS = {"synchronize_session": False}


def _guarded(voucher: Voucher, to: VoucherState, by: int) -> sa.UpdateBase:
    return (
        sa.update(Voucher)
        .where(
            Voucher.id == voucher.id,
            Voucher.state == voucher.state,
            Voucher.version == voucher.version,
            Voucher.remaining + by >= 0,
            Voucher.remaining + by <= Voucher.initial,
        )
        .values(state=to, remaining=Voucher.remaining + by, version=Voucher.version + 1)
        .returning(Voucher.version)
    )


def remember(
    voucher_id: int,
    seq: int,
    came_from: VoucherState | None,
    to: VoucherState,
    **more: object,
) -> None:
    """Write down one move of a voucher."""
    session().execute(
        sa.insert(VoucherEvent).values(
            voucher_id=voucher_id, seq=seq, from_state=came_from, to_state=to, **more
        )
    )
