"""Work for later around journeys: letters, answers that never came, prices that end soon."""

from datetime import datetime

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import job
from redemption.journeys import notices
from redemption.journeys.operations.changing import lapse
from redemption.journeys.queries.due import ending_soon, unanswered


@job("journeys.tell_price")
def tell_price(line_id: int, seq: int) -> None:
    """Ask somebody whether they want it at today's price."""
    with transaction():
        notices.write_price_asked(line_id, seq, at=clock.now())


@job("journeys.close", cron="*/10 * * * *")
def close() -> None:
    """Give the points back of what nobody answered in time, and warn whose price ends soon."""
    close_due(at=clock.now())
    for line_id, until in ending_soon(on=clock.today()):
        with transaction():
            notices.write_ending(line_id, until, at=clock.now())


def close_due(*, at: datetime) -> int:
    """The first half by hand; how many were closed."""
    late = unanswered(at=at)
    session().close()
    closed = 0
    for line_id in late:
        with transaction():
            closed += lapse(line_id, at=at)
    return closed


@job("journeys.tell_change")
def tell_change(line_id: int, seq: int) -> None:
    """Tell somebody what is booked otherwise now."""
    with transaction():
        notices.write_changed(line_id, seq, at=clock.now())
