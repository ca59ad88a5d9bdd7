"""Work for later around fulfillment: making lines real, letters, lines whose job was lost."""

from datetime import timedelta

from marketplace.kernel import clock
from marketplace.kernel.db import is_transient, session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import for_each, job
from redemption.fulfillment import notices
from redemption.fulfillment.operations.fulfilling import (
    ask_for_help,
    fulfill_line,
    note_failure,
    waiting_lines,
)
from redemption.fulfillment.policies import TRIES, error_words

LOST_AFTER = timedelta(minutes=10)


@job("redemption.fulfill")
def fulfill(line_id: int, *, again: bool = False) -> None:
    """Make an approved line real. What fails again and again comes before a person.

    A run that was promised twice, or taken up after a crash, tries nothing that a person has by
    then; `again` is for what somebody promised because of the problem.
    """
    try:
        with transaction():
            fulfill_line(line_id, at=clock.now(), again=again)
    except Exception as error:
        if is_transient(error) or not _given_up(line_id, error):
            raise
    crashpoint("fulfillment.committed")


def _given_up(line_id: int, error: Exception) -> bool:
    """Remember the failure; True when a person has to look, so that nobody tries any more."""
    words = error.message if isinstance(error, DomainError) else error_words(error)
    with transaction():
        failures = note_failure(line_id, words, at=clock.now())
    if failures < TRIES and not isinstance(error, DomainError):
        return False
    with transaction():
        ask_for_help(line_id, words, at=clock.now())
    return True


@job("fulfillment.sweep", cron="*/10 * * * *")
def sweep() -> None:
    """Take up lines whose own job was lost."""
    lost = waiting_lines(before=clock.now() - LOST_AFTER)
    session().close()
    for_each(lost, fulfill)


@job("fulfillment.tell_ready")
def tell_ready(line_id: int, turn: int) -> None:
    """Tell the person that it is there, sent or booked."""
    crashpoint("fulfillment.before_letter")
    with transaction():
        notices.write_ready(line_id, turn, at=clock.now())
        crashpoint("fulfillment.letter_written")


@job("fulfillment.tell_problem")
def tell_problem(line_id: int) -> None:
    """Tell the person what is in the way."""
    with transaction():
        notices.write_problem(line_id, at=clock.now())


@job("fulfillment.tell_desk")
def tell_desk(task_id: int) -> None:
    """Tell who packed or booked that it is off."""
    with transaction():
        notices.write_called_off(task_id, at=clock.now())
