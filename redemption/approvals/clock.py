"""The clock of an approval step, pure: when it reminds, escalates, warns, closes, or lets through.

A day of 24 hours is a working day here: with hours of work, 48 of them would come after the close.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from marketplace.calendars.working_time import (
    WorkCalendar,
    after_working_days,
    after_working_hours,
)

REMIND_DAYS, ESCALATE_DAYS, CLOSE_DAYS = 1, 2, 5
WARN_DAYS = CLOSE_DAYS - 1


class Chime(StrEnum):
    """What a clock does when its time has come."""

    PASS = "pass"  # noqa: S105  the request goes through by itself
    REMIND = "remind"
    ESCALATE = "escalate"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Times:
    """When what is due for a step; `passes_at` only where its policy lets it through by itself."""

    remind_at: datetime
    escalate_at: datetime
    warn_at: datetime
    closes_at: datetime
    passes_at: datetime | None = None


def times_of(
    calendars: Collection[WorkCalendar], opened_at: datetime, *, passes_after: int | None = None
) -> Times:
    """The times of a step whose people work by these calendars; where they differ, the latest.

    So nobody has less time than their own site gives. What would let itself through only after
    the close does not.
    """
    known = calendars or (WorkCalendar(),)

    def after(days: int) -> datetime:
        return max(after_working_days(one, opened_at, days) for one in known)

    passes_at = None
    if passes_after is not None:
        passes_at = max(after_working_hours(one, opened_at, passes_after) for one in known)
    closes_at = after(CLOSE_DAYS)
    return Times(
        remind_at=after(REMIND_DAYS),
        escalate_at=after(ESCALATE_DAYS),
        warn_at=after(WARN_DAYS),
        closes_at=closes_at,
        passes_at=passes_at if passes_at is not None and passes_at < closes_at else None,
    )


def chimes_due(
    due: dict[Chime, datetime | None], done: Collection[Chime], at: datetime
) -> set[Chime]:
    """What has to happen now, of what did not yet; who is asked more hears no reminder beside."""
    found = {one for one, then in due.items() if then is not None and then <= at} - set(done)
    return found - {Chime.REMIND} if Chime.ESCALATE in found else found
