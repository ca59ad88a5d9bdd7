"""The books of the first month of the story are closed; those of the next can be."""

from datetime import datetime, timedelta

from marketplace.ledger.operations.closing import close_books, end_of
from marketplace.ledger.queries.periods import digest_until


def load_books(samuel_id: int, *, at: datetime) -> int:
    """Close everything up to the end of the month before the last one; the period."""
    last_of_month = at.date().replace(day=1) - timedelta(days=1)
    through = last_of_month.replace(day=1) - timedelta(days=1)
    return close_books(samuel_id, digest_until(end_of(through)), at=at)
