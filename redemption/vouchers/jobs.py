"""Work for later around vouchers: letters, last days, forgetting who looked."""

from datetime import timedelta

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.jobs import job
from redemption.vouchers import notices
from redemption.vouchers.operations import expire_vouchers, forget_lookups


@job("vouchers.tell_voided")
def tell_voided(voucher_id: int, reissued: bool, was_shown: bool) -> None:
    """Tell the person that a code counts no more."""
    with transaction():
        notices.write_voided(voucher_id, reissued=reissued, was_shown=was_shown, at=clock.now())


@job("vouchers.expire", cron="5 12 * * *")
def expire() -> None:
    """Close vouchers whose last day is over everywhere, and forget who looked codes up."""
    closed = 1
    while closed:
        with transaction():
            closed = expire_vouchers(at=clock.now())
    with transaction():
        forget_lookups(before=clock.now() - timedelta(days=1))
