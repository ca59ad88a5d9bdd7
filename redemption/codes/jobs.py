"""Work for later around codes in stock: who waits goes on, what is too old leaves, letters."""

from datetime import datetime

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import job
from redemption.codes import notices
from redemption.codes.operations import (  # noqa: F401  take their lines over
    giving,
    giving_up,
    taking_back,
)
from redemption.codes.operations.batches import forget_unloaded
from redemption.codes.operations.replacing import follow_up
from redemption.codes.operations.watching import drain, look_after
from redemption.codes.queries.pools import pool_ids


@job("codes.drain")
def drain_pool(pool_id: int) -> None:
    """Let those go on who wait for codes that have come."""
    with transaction():
        drain(pool_id, at=clock.now())


@job("codes.follow_up")
def give_next(line_id: int) -> None:
    """Give codes in place of bad ones, now that there are some."""
    with transaction():
        follow_up(line_id, at=clock.now())


@job("codes.watch", cron="*/10 * * * *")
def watch() -> None:
    """Take out what became too old, and take up who waits beside codes."""
    pools = pool_ids()
    session().close()
    for pool_id in pools:
        with transaction():
            look_after(pool_id, at=clock.now())
        drain_pool(pool_id)


@job("codes.forget", cron="40 0 * * *")
def forget() -> None:
    """Forget files that nobody loaded."""
    with transaction():
        forget_unloaded(at=clock.now())


@job("codes.tell_low")
def tell_low(pool_id: int, since: str) -> None:
    """Tell who buys codes that few are left."""
    with transaction():
        notices.write_low(pool_id, datetime.fromisoformat(since), at=clock.now())


@job("codes.tell_empty")
def tell_empty(pool_id: int) -> None:
    """Tell who buys codes that somebody waits for one."""
    with transaction():
        notices.write_empty(pool_id, at=clock.now())


@job("codes.tell_works")
def tell_works(report_id: int) -> None:
    """Tell a person that the code works."""
    with transaction():
        notices.write_works(report_id, at=clock.now())
