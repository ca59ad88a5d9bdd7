"""Work for later around uses: letters."""

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.jobs import job
from redemption.vouchers.desk import notices


@job("desk.tell_use")
def tell_use(use_id: int) -> None:
    """Tell the holder of a voucher what was taken off it or put back."""
    with transaction():
        notices.write_use(use_id, at=clock.now())
