"""What somebody changed about who decides, as the audit has it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session
from redemption.approvals.changes.promises import QUARTER

ABOUT = ("approval_policy.", "approval_pool.", "approval_mail.")

WORDS = {
    "approval_policy.added": "Added {after}",
    "approval_policy.changed": "Changed to {after}",
    "approval_policy.moved": "Moved past “{past}”: {after}",
    "approval_policy.ended": "Ended",
    "approval_policy.put_back": "Put back {after}",
    "approval_pool.added": "Added the pool “{name}”",
    "approval_pool.renamed": "The pool is called “{after}”",
    "approval_pool.person_added": "{name} is asked as one of the pool “{pool}”",
    "approval_pool.person_removed": "{name} is no longer asked as one of the pool “{pool}”",
    "approval_pool.ended": "Ended the pool “{name}”",
    "approval_mail.set": "Changed the limits of links in letters. {after}",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change in words; `before` is what held until then, where something did."""

    at: datetime
    what: str
    before: str = ""


def changes_of(actor_id: int | None, since: datetime) -> list[Change]:
    """What somebody (nobody: commands) changed within a quarter of an hour, in order."""
    is_about = sa.or_(*(AuditEntry.action.startswith(about) for about in ABOUT))
    rows = session().scalars(
        sa.select(AuditEntry)
        .where(
            AuditEntry.actor_id.is_not_distinct_from(actor_id),
            AuditEntry.at >= since,
            AuditEntry.at < since + QUARTER,
            is_about,
        )
        .order_by(AuditEntry.id)
    )
    return [_change(row) for row in rows]


def _change(row: AuditEntry) -> Change:
    said = _Said(row.details | {"pool": row.subject.partition(":")[2]})
    return Change(row.at, WORDS.get(row.action, row.action).format_map(said), said["before"])


class _Said(dict[str, Any]):
    """What an entry says; nothing where it says nothing of it."""

    def __missing__(self, name: str) -> str:
        return ""
