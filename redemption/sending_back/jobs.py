"""Work for later around returns: letters, and giving up on what never arrived."""

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import job
from redemption.sending_back import notices
from redemption.sending_back.operations import lapse_return, overdue_returns


@job("sending_back.tell")
def tell(return_id: int) -> None:
    """Tell who has to act now."""
    with transaction():
        notices.write_return(return_id, at=clock.now())


@job("sending_back.lapse", cron="37 4 * * *")
def lapse() -> None:
    """Give up on what was to be sent back and did not arrive; the person keeps it."""
    overdue = overdue_returns(at=clock.now())
    session().close()
    for return_id in overdue:
        with transaction():
            lapse_return(return_id, at=clock.now())
