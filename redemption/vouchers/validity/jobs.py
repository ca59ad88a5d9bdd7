"""Work for later around last days: notices before them, letters about later ones."""

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.jobs import job
from redemption.vouchers.validity import notices, queries

AT_ONCE = 100


@job("validity.tell_extended")
def tell_extended(extension_id: int) -> None:
    """Tell the holder of a voucher that it counts longer."""
    with transaction():
        notices.write_extended(extension_id, at=clock.now())


@job("validity.remind", cron="40 6 * * *")
def remind() -> None:
    """Tell holders 30, 7 and 1 days before the last one; a letter's key makes each come once."""
    at, after = clock.now(), 0
    while found := queries.vouchers_ending(at=at, after_id=after, limit=AT_ONCE):
        after = found[-1][0]
        with transaction():
            for voucher_id, days in found:
                notices.write_ending(voucher_id, days, at=at)
