"""Work for later around registrations: beginning and ending them, and letters."""

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import for_each, job
from redemption.travel.registration import notices
from redemption.travel.registration.operations.opening import close_party, open_party
from redemption.travel.registration.queries import parties_ahead


@job("registration.open")
def begin(booking_id: int) -> None:
    """Everyone of a booking can register; before it leaves who booked gets a letter with links."""
    at = clock.now()
    with transaction():
        party = open_party(booking_id, at=at)
        if party.is_in_force and at.date() < party.starts_on:
            notices.write_open(party, at=at)


@job("registration.close")
def end(booking_id: int) -> None:
    """They don't go: what was begun ends."""
    with transaction():
        close_party(booking_id, at=clock.now())


@job("registration.sent")
def tell_sent(traveler_id: int, seq: int) -> None:
    """Say that a registration has arrived."""
    with transaction():
        notices.write_sent(traveler_id, seq, at=clock.now())


@job("registration.link")
def tell_link(traveler_id: int, series: int) -> None:
    """Send the new link of a guest to who invited them."""
    with transaction():
        notices.write_link(traveler_id, series, at=clock.now())


@job("registration.reopened")
def tell_reopened(reopening_id: int) -> None:
    """Say that a section is open again, and why."""
    with transaction():
        notices.write_reopened(reopening_id, at=clock.now())


@job("registration.drawn")
def tell_drawn(variant_id: int) -> None:
    """Tell everyone on a departure what they have a seat on."""
    with transaction():
        notices.write_drawn(variant_id, at=clock.now())


@job("registration.remind", cron="40 6 * * *")
def remind() -> None:
    """Each morning: remind those of whom something is missing, seven and two days before."""
    at = clock.now()
    ids = [party.booking_id for party in parties_ahead(on=at.date())]
    session().close()
    for_each(ids, _remind_one)


def _remind_one(booking_id: int) -> None:
    with transaction():
        notices.write_due(booking_id, at=clock.now())
