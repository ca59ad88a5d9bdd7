"""What recognition does later: take effect, and tell."""

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import job
from marketplace.recognition import notices
from marketplace.recognition.operations.effects import take_effect as take
from marketplace.recognition.queries.due import recognitions_due


@job("recognition.take_effect")
def take_effect(recognition_id: int) -> None:
    """Grant the points and write the letters, once the giver's time to take it back is over."""
    at = clock.now()
    with transaction():
        if take(recognition_id, at=at):
            notices.tell(recognition_id, at=at)


@job("recognition.take_due_effects", cron="*/5 * * * *")
def take_due_effects() -> None:
    """The same for those whose own job was lost or came too early."""
    due = recognitions_due(at=clock.now())
    session().close()
    for recognition_id in due:
        take_effect(recognition_id)


@job("recognition.tell_managers")
def tell_managers(recognition_id: int) -> None:
    """Tell the recipients' managers, when the last recipient lets everyone see it."""
    with transaction():
        notices.tell_managers(recognition_id, at=clock.now())


@job("recognition.tell_removed")
def tell_removed(recognition_id: int) -> None:
    """Tell giver and recipients that a recognition was removed, and why."""
    with transaction():
        notices.tell_removed(recognition_id, at=clock.now())
