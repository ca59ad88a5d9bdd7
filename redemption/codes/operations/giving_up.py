"""The points of one unit came back: the stock is counted without it, and it waits for nothing."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from redemption.codes.models import CodeWait
from redemption.codes.operations.giving import stop_waiting
from redemption.codes.operations.moves import pool_of
from redemption.codes.operations.reports import close_if_answered, settle_report
from redemption.codes.operations.stock import Change, count_elsewhere, settle
from redemption.codes.states import Outcome
from redemption.vouchers.giving_back import GivenUp, lets_go, waits_for_another


@waits_for_another
def waits(line_id: int, unit_no: int) -> bool:
    """Whether a unit waits for a code in place of one that did not work."""
    waiting = sa.exists().where(
        CodeWait.line_id == line_id, CodeWait.unit_no == unit_no, CodeWait.replaces
    )
    return bool(session().scalar(sa.select(waiting)))


@lets_go
def let_go_of_code(gone: GivenUp, at: datetime) -> None:
    """Count the unit out of the stock that feeds it, and answer what was said of its code."""
    line, voucher = gone.line, gone.voucher
    settle_report(voucher.id, Outcome.GIVEN_BACK, gone.reason, gone.actor, at=at)
    if pool := pool_of(line.variant_id):
        waited = waits(line.id, gone.unit_no)
        stop_waiting(line.id, [gone.unit_no])
        is_elsewhere = voucher.stock_code_id is None
        if is_elsewhere:
            count_elsewhere(pool, -1)
        reason = f"The points of a {line.snapshot['name']} were given back."
        settle(pool, Change(lost=0 if waited else 1, reason=reason, actor=gone.actor, at=at))
    close_if_answered(line.id, at=at)
