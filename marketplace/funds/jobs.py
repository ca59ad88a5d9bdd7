"""Work for later around funds."""

from datetime import datetime

from marketplace.funds import notices
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.jobs import job


@job("funds.tell_low")
def tell_low(currency: str, since: str) -> None:
    """Tell finance that little is left in a fund."""
    with transaction():
        notices.write_low(currency, datetime.fromisoformat(since), at=clock.now())
