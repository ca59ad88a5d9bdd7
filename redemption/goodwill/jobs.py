"""Work for later around goodwill."""

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.jobs import job
from redemption.goodwill import notices


@job("goodwill.ask_second")
def ask_second(goodwill_id: int) -> None:
    """Ask the other managers to agree."""
    with transaction():
        notices.write_second(goodwill_id, at=clock.now())


@job("goodwill.tell_declined")
def tell_declined(goodwill_id: int) -> None:
    """Tell who proposed it why it was declined."""
    with transaction():
        notices.write_declined(goodwill_id, at=clock.now())
