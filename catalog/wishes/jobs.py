"""What follows what people saved, by day only."""

from collections.abc import Sequence
from datetime import datetime

from catalog.wishes import notices
from catalog.wishes.operations.choices import count_choices_anew
from catalog.wishes.operations.following import look_again
from catalog.wishes.operations.leaving import forget_leavers
from catalog.wishes.policies import may_write_at
from catalog.wishes.queries.due import Due, wishes_due
from marketplace.kernel import clock
from marketplace.kernel.db import in_batches, session, transaction
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import job

TOGETHER = 50  # wishes in one transaction


@job("wishes.follow", cron="*/15 7-18 * * *")
def follow() -> None:
    """By day: tell of goals that are near or reached, of lower prices, of what is back."""
    follow_wishes(at=clock.now())


def follow_wishes(*, at: datetime) -> int:
    """Look again at every wish of which something moved; how many letters were written."""
    if not may_write_at(at):
        return 0
    written = last = 0
    while due := _next(last, at):
        last = due[-1].wish_id
        for batch in in_batches(due, TOGETHER):
            with transaction():
                written += _tell(batch, at)
            crashpoint("wishes.follow.between")
    return written


def _next(last: int, at: datetime) -> list[Due]:
    due = wishes_due(after_id=last, at=at)
    session().close()
    return due


def _tell(batch: Sequence[Due], at: datetime) -> int:
    news = [one for due in batch for one in look_again(due, at=at)]
    crashpoint("wishes.follow.seen")
    return notices.tell(news, at=at)


@job("wishes.count_choices", cron="35 0 * * *")
def count_choices() -> None:
    """Each night: count what many chose, if a week has passed since it was counted."""
    with transaction():
        count_choices_anew(at=clock.now())


@job("wishes.forget_leavers", cron="45 3 * * *")
def forget() -> None:
    """Each night: forget what people who left a while ago had saved and looked at."""
    with transaction():
        forget_leavers(at=clock.now())
