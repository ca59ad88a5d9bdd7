"""Work for later around gifts: one-line shells around operations and notices."""

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import job
from redemption.gifts import notices
from redemption.gifts.operations import lapse_gift, overdue_gifts


@job("gifts.tell_offered")
def tell_offered(line_id: int) -> None:
    """Tell a colleague that there is a gift."""
    with transaction():
        notices.write_offered(line_id, at=clock.now())


@job("gifts.tell_accepted")
def tell_accepted(line_id: int) -> None:
    """Tell the giver that it was taken."""
    with transaction():
        notices.write_accepted(line_id, at=clock.now())


@job("gifts.lapse", cron="27 * * * *")
def lapse() -> None:
    """End gifts that nobody answered in time, or whose colleague left; the points go back."""
    overdue = overdue_gifts(at=clock.now())
    session().close()
    for line_id in overdue:
        with transaction():
            lapse_gift(line_id, at=clock.now())
