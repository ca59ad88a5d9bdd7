"""Who did what, when, and for whom: one row a deed, never changed."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, insert_row


class AuditEntry(Model):
    """One deed. `actor_id` is the employee who did it (None: the system itself)."""

    __tablename__ = "audit_entries"
    __table_args__ = (sa.Index("ix_audit_entries_subject", "subject", "actor_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(index=True)
    on_behalf_of_id: Mapped[int | None]
    action: Mapped[str]
    subject: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


append_only(AuditEntry.metadata.tables["audit_entries"])


def record(
    actor_id: int | None,
    action: str,
    subject: str,
    *,
    at: datetime,
    on_behalf_of_id: int | None = None,
    **details: object,
) -> None:
    """Note a deed inside the open transaction. `subject` names the thing: `redemption:41`."""
    insert_row(
        AuditEntry,
        at=at,
        actor_id=actor_id,
        on_behalf_of_id=on_behalf_of_id,
        action=action,
        subject=subject,
        details=details,
    )
