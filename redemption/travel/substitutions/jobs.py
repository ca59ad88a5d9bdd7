"""Work for later around substitutions: the clock, and letters."""

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import for_each, job
from redemption.travel.substitutions import notices
from redemption.travel.substitutions.operations import lapse
from redemption.travel.substitutions.queries import unanswered


@job("substitutions.clock", cron="* * * * *")
def clock_ticks() -> None:
    """Each minute: end what nobody answered in time."""
    over = unanswered(at=clock.now())
    session().close()
    for_each(over, _lapse)


def _lapse(substitution_id: int) -> None:
    with transaction():
        lapse(substitution_id, at=clock.now())


@job("substitutions.tell")
def tell(substitution_id: int, seq: int) -> None:
    """Tell those whom a move of a substitution concerns."""
    with transaction():
        notices.write_moved(substitution_id, seq, at=clock.now())
