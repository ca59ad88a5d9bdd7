"""Noting who looked at the catalog as whom."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.audit import AuditEntry, record
from marketplace.kernel.db import session

DEED = "catalog.preview"
AGAIN_AFTER = timedelta(hours=1)


def note_look(actor: Actor, employee_id: int, *, at: datetime) -> bool:
    """Keep that somebody looks as this person: once an hour; whether it was noted now."""
    subject = f"employee:{employee_id}"
    lately = sa.select(AuditEntry.id).where(
        AuditEntry.subject == subject,
        AuditEntry.action == DEED,
        AuditEntry.actor_id == actor.employee_id,
        AuditEntry.at > at - AGAIN_AFTER,
    )
    if session().scalar(lately.limit(1)) is not None:
        return False
    record(actor.employee_id, DEED, subject, at=at)
    return True
