"""Work for later around trips that are over."""

from datetime import date

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import job
from redemption.travel.after import notices
from redemption.travel.after.operations.closing import mark_traveled, over


@job("after.close", cron="40 3 * * *")
def close() -> None:
    """Each night: bookings of trips that are over were used."""
    close_trips(clock.today())


def close_trips(on: date) -> int:
    """The same by hand; how many bookings were closed."""
    found = over(on)
    session().close()
    return sum(_close(booking_id) for booking_id in found)


def _close(booking_id: int) -> bool:
    with transaction():
        return mark_traveled(booking_id, at=clock.now())


@job("after.ask")
def ask(booking_id: int) -> None:
    """Ask those who are back how it was."""
    with transaction():
        notices.write_asking(booking_id, at=clock.now())
