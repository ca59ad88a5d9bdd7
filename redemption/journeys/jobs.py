"""Work for later around journeys: their letters."""

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.jobs import job
from redemption.journeys import notices


@job("journeys.tell_price")
def tell_price(line_id: int, seq: int) -> None:
    """Ask somebody whether they want it at today's price."""
    with transaction():
        notices.write_price_asked(line_id, seq, at=clock.now())


@job("journeys.tell_change")
def tell_change(line_id: int, seq: int) -> None:
    """Tell somebody what is booked otherwise now."""
    with transaction():
        notices.write_changed(line_id, seq, at=clock.now())
