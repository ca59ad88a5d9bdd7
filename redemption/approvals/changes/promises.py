"""That others hear of a change to who decides. Every such change comes through here."""

from datetime import UTC, datetime, timedelta
from typing import Any

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.jobs import enqueue

QUARTER = timedelta(minutes=15)
_START = datetime(2026, 1, 1, tzinfo=UTC)


def note_change(actor: Actor, action: str, subject: str, *, at: datetime, **details: Any) -> None:
    """Note a change to policies, pools or links in the audit, and promise a letter about it.

    What one person changes in a quarter of an hour becomes one letter to each of the others.
    """
    audit.record(actor.employee_id, action, subject, at=at, **details)
    since = quarter_of(at)
    enqueue(
        "redemption.tell_of_changes",
        key=f"{actor.employee_id or 0}:{since:%Y%m%d%H%M}",
        delay=since + QUARTER - at,
        actor_id=actor.employee_id,
        since=since.isoformat(),
    )


def quarter_of(at: datetime) -> datetime:
    """The beginning of the quarter of an hour that a moment is in."""
    return _START + (at - _START) // QUARTER * QUARTER
