"""Whether a line with codes can still come back."""

import sqlalchemy as sa

from redemption.journeys.models import JourneyBooking
from redemption.models import RedemptionLine
from redemption.returns import kept_while, returnable_while
from redemption.vouchers.models import CodeReveal, Voucher
from redemption.vouchers.states import VoucherState


@returnable_while
def codes_are_unseen() -> sa.ColumnElement[bool]:
    """Whether a line has codes and nobody has seen one of them; of a booked trip it is too late."""
    is_booked = sa.exists().where(JourneyBooking.line_id == RedemptionLine.id)
    of_line = sa.exists().where(Voucher.line_id == RedemptionLine.id)
    is_other = Voucher.state.not_in((VoucherState.ISSUED, VoucherState.VOID))
    was_seen = of_line.where(CodeReveal.voucher_id == Voucher.id)
    is_unseen = of_line.where(Voucher.state == VoucherState.ISSUED) & ~of_line.where(is_other)
    return is_unseen & ~was_seen & ~is_booked


@kept_while
def was_used() -> sa.ColumnElement[bool]:
    """Whether a part of a voucher was taken at a desk, and not put back."""
    return sa.exists().where(
        Voucher.line_id == RedemptionLine.id, Voucher.remaining < Voucher.initial
    )
