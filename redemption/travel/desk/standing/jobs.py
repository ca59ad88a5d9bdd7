"""Work for later around good standing: the look when its day comes, and letters to planners."""

from datetime import datetime, timedelta
from functools import partial

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import enqueue, for_each, job
from redemption.travel.desk.standing import notices
from redemption.travel.desk.standing.operations import look
from redemption.travel.desk.standing.policies import REMIND_BEFORE
from redemption.travel.desk.standing.queries import Due, due_departures


@job("standing.clock", cron="17 * * * *")
def clock_ticks() -> None:
    """Each hour: look at who goes on what leaves soon, and again at whom there is news of."""
    look_at_due(at=clock.now())


def look_at_due(*, at: datetime) -> int:
    """The same by hand; how many departures leave soon."""
    due = due_departures(on=at.date())
    session().close()
    for_each(due, partial(_look, at=at))
    return len(due)


def _look(due: Due, *, at: datetime) -> None:
    """Planners hear of it on the day something is to be decided, and once more before they leave.

    At most once a day: the key says so.
    """
    is_reminder = due.starts_on - at.date() == timedelta(days=REMIND_BEFORE)
    with transaction():
        if look(due.variant_id, at=at) or is_reminder:
            key = f"{due.variant_id}:{at.date().isoformat()}"
            enqueue("standing.tell", key=key, variant_id=due.variant_id)


@job("standing.tell")
def tell(variant_id: int) -> None:
    """Tell those who plan trips whose standing waits for them."""
    with transaction():
        notices.write_waiting(variant_id, at=clock.now())
