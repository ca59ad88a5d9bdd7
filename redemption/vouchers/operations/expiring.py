"""Closing vouchers whose last day is over."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel import audit
from marketplace.kernel.db import session
from redemption.vouchers.models import Voucher
from redemption.vouchers.moves import move_voucher
from redemption.vouchers.policies import day_not_over
from redemption.vouchers.states import USABLE, VoucherState


def expire_vouchers(*, at: datetime, limit: int = 500) -> int:
    """Close vouchers whose last day is over; how many."""
    due = session().scalars(
        sa.select(Voucher)
        .where(Voucher.state.in_(USABLE), Voucher.valid_until < day_not_over(at))
        .order_by(Voucher.id)
        .limit(limit)
        .with_for_update()
    )
    vouchers = list(due)
    for voucher in vouchers:
        lost = {"left": voucher.remaining, "currency": voucher.currency}
        move_voucher(voucher, VoucherState.EXPIRED, actor_id=None, at=at)
        audit.record(None, "voucher.expired", f"voucher:{voucher.id}", at=at, **lost)
    return len(vouchers)
