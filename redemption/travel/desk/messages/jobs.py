"""Work for later around messages: each minute, what is due goes out, a reader at a time."""

from datetime import datetime

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import for_each, job
from redemption.travel.desk.messages.models import TripMessage
from redemption.travel.desk.messages.notices import write_message
from redemption.travel.desk.messages.operations import begin_sending, end_sending
from redemption.travel.desk.messages.queries import due_messages, facts_of, unwritten

AT_ONCE = 50
"""Letters in one transaction: a worker that dies writes at most so many anew, nobody twice."""


@job("trip_messages.clock", cron="* * * * *")
def clock_ticks() -> None:
    """Each minute: send what is due."""
    send_due(at=clock.now())


def send_due(*, at: datetime) -> int:
    """The same by hand; how many messages are due."""
    session().close()
    due = due_messages(at)
    session().close()
    for_each(due, lambda message_id: send(message_id, at=at))
    return len(due)


def send(message_id: int, *, at: datetime) -> None:
    """Send one message to whoever has it not yet."""
    with transaction():
        if not begin_sending(message_id, at=at):
            return
        crashpoint("trip_messages.begun")
    variant_id = session().get_one(TripMessage, message_id).variant_id
    facts, waiting = facts_of(variant_id), unwritten(message_id)
    session().close()
    for start in range(0, len(waiting), AT_ONCE):
        with transaction():
            for traveler_id in waiting[start : start + AT_ONCE]:
                write_message(message_id, traveler_id, facts, at=at)
            crashpoint("trip_messages.written")
        crashpoint("trip_messages.kept")
    with transaction():
        end_sending(message_id, at=at)
        crashpoint("trip_messages.ended")
