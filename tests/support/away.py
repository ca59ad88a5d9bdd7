"""Absences in the tests: who is away, who answers, from which day to which."""

from datetime import timedelta
from typing import Any

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.approvals.away.operations import Terms, end_absence, set_absence
from redemption.approvals.away.policies import Days, Limits


def days(first: int = 0, last: int = 4) -> Days:
    """So many days from today to so many."""
    today = clock.now().date()
    return Days(today + timedelta(days=first), today + timedelta(days=last))


def be_away(
    who: Any,
    stand_in: Any = None,
    *,
    on: Days | None = None,
    by: Any = None,
    replaces: int | None = None,
    note: str = "",
    **limits: Any,
) -> int:
    """Say in a transaction of its own that somebody is away; the absence's id."""
    reason = "" if by is None else "On sick leave"
    terms = Terms(who.id, on or days(), stand_in and stand_in.id, Limits(**limits), note, reason)
    with transaction():
        absence_id = set_absence(by or who, terms, replaces=replaces, at=clock.now())
    session().close()
    return absence_id


def come_back(who: Any, absence_id: int) -> bool:
    """End an absence early."""
    with transaction():
        is_ended = end_absence(who, absence_id, at=clock.now())
    session().close()
    return is_ended
