"""Closing the books of a time: what was posted stays as it is, and nothing joins it."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from marketplace.kernel import audit
from marketplace.kernel.clock import midnight
from marketplace.kernel.db import insert_row, lock_table, session
from marketplace.kernel.errors import BadInput
from marketplace.ledger.models import LedgerPeriod, Transfer
from marketplace.ledger.queries.periods import Digest, closed_until, posted_within

RIPENS = timedelta(days=1)
"""So long after its last second a day may be closed: what began before it has ended by then."""


def end_of(day: date) -> datetime:
    """The first instant after a day, UTC: where a period ends that goes up to and with it."""
    return midnight(day) + timedelta(days=1)


def closing_obstacle(until: datetime, closed: datetime | None, *, at: datetime) -> str:
    """Why the books can't be closed up to there now; empty when they can."""
    last = (until - timedelta(days=1)).date()
    if closed is not None and until <= closed:
        day = (closed - timedelta(days=1)).date()
        return f"The books are closed up to and with {day} already. Choose a later day."
    if at < until + RIPENS:
        return f"{last} can be closed from {(until + RIPENS).date()} on. Choose an earlier day."
    return ""


def close_books(actor_id: int | None, digest: Digest, *, at: datetime) -> int:
    """Close the books with what was read before as `digest`, and answer the period.

    From then on the database refuses transfers of that time. Raises BadInput when it is too early,
    closed by now, or when something was posted since it was read; nothing was closed then.
    """
    lock_table(Transfer)
    closed = closed_until()
    if refusal := closing_obstacle(digest.until, closed, at=at):
        raise BadInput(f"{refusal} Nothing was closed.", field="through")
    if closed != digest.since or _posted(digest) != digest.transfers:
        raise BadInput("Something was posted meanwhile. Close once more. Nothing was closed.")
    period_id = insert_row(
        LedgerPeriod,
        ends_at=digest.until,
        transfers=digest.transfers,
        last_transfer_id=session().scalar(sa.select(sa.func.max(Transfer.id))),
        seal=digest.seal,
        closed_by_id=actor_id,
        closed_at=at,
    )
    facts = {"until": digest.until.isoformat(), "transfers": digest.transfers, "seal": digest.seal}
    audit.record(actor_id, "ledger.closed", f"ledger-period:{period_id}", at=at, **facts)
    return period_id


def _posted(digest: Digest) -> int:
    within = posted_within(digest.since, digest.until)
    return session().scalar(sa.select(sa.func.count()).select_from(Transfer).where(within)) or 0
