"""Counting who can have what: at night, and when somebody asks."""

from catalog.reach import counting
from marketplace.kernel import clock
from marketplace.kernel.jobs import job


@job("catalog.count_reach", cron="20 3 * * *")
def count_reach() -> None:
    """Count the report anew."""
    counting.count_report(at=clock.now())
