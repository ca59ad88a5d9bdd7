"""What the ledger does by the clock."""

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.jobs import job
from marketplace.ledger.operations import expire_points


@job("ledger.expire_points", cron="15 0 * * *")
def expire_due_points() -> None:
    """Each night: let the points go whose last day has passed, some members at a time."""
    is_done = False
    while not is_done:
        with transaction():
            is_done = expire_points(at=clock.now()).is_done
