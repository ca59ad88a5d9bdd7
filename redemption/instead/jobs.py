"""Work for later around what is missing: the letter, answers that never came, what was sent."""

from datetime import datetime

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import job
from redemption.instead import notices, queries
from redemption.instead.operations.choosing import lapse
from redemption.instead.operations.marking import settle


@job("instead.tell")
def tell(shortage_id: int, seq: int) -> None:
    """Ask somebody what should happen."""
    with transaction():
        notices.write_missing(shortage_id, seq, at=clock.now())


@job("instead.close", cron="*/10 * * * *")
def close() -> None:
    """End what nobody answered in time, and settle what was sent after all."""
    close_due(at=clock.now())


def close_due(*, at: datetime) -> int:
    """The same by hand; how many were closed."""
    late, gone = queries.unanswered(at=at), queries.sent_after_all()
    session().close()
    closed = 0
    for line_id in late:
        with transaction():
            closed += lapse(line_id, at=at)
    for line_id in gone:
        with transaction():
            closed += settle(line_id, at=at)
    return closed
