"""Erasing somebody's data on request, and deleting what is due."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.wiping import overwrite_deleted
from redemption.travel.vault.models import VaultConsent, VaultEntry, VaultKeeping, VaultSubject
from redemption.travel.vault.operations.subjects import locked_subject, note, subject_for
from redemption.travel.vault.states import VaultDeed, VaultField


def erase(actor: Actor, subject_id: int, *, at: datetime) -> list[VaultField]:
    """Delete everything that is kept about a person and destroy their key; the fields there were.

    What stays says that it happened, and who had read what. An employee with a trip ahead may enter
    anew, under another key. Raises NoTraveler.
    """
    subject = locked_subject(actor, subject_id)
    overwrite_deleted()
    gone, ahead = _delete(subject), _ahead(subject, at.date())
    _end(subject, at)
    crashpoint("vault.erase.ended")
    note(actor, subject, VaultDeed.ERASED, gone, at=at)
    if subject.employee_id is not None and ahead:
        again = subject_for(subject.employee_id, at=at)
        session().execute(sa.insert(VaultKeeping), [{"subject_id": again} | one for one in ahead])
    enqueue("vault.forget", key=subject.handle)
    return gone


def delete_due(subject_id: int, *, at: datetime) -> list[VaultField]:
    """Delete what is over for one person; with nothing left and no trip ahead, their key, too."""
    system = Actor.system()
    subject = locked_subject(system, subject_id)
    overwrite_deleted()
    gone = _delete(subject, VaultEntry.delete_on <= at.date())
    crashpoint("vault.delete.gone")
    if gone:
        note(system, subject, VaultDeed.DELETED, gone, at=at)
    if not _is_needed(subject, at.date()):
        _end(subject, at)
        crashpoint("vault.delete.ended")
        note(system, subject, VaultDeed.ERASED, at=at)
    return gone


def _delete(subject: VaultSubject, *which: sa.ColumnElement[bool]) -> list[VaultField]:
    gone = session().scalars(
        sa.delete(VaultEntry)
        .where(VaultEntry.subject_id == subject.id, *which)
        .returning(VaultEntry.field),
        execution_options={"synchronize_session": False},
    )
    return sorted(map(VaultField, gone), key=list(VaultField).index)


def _ahead(subject: VaultSubject, today: date) -> list[dict[str, Any]]:
    """What their data is still kept for."""
    keeping = VaultKeeping
    rows = (
        session()
        .execute(
            sa.select(keeping.what, keeping.identity_until, keeping.needs_until).where(
                keeping.subject_id == subject.id, keeping.identity_until > today
            )
        )
        .mappings()
    )
    return [dict(row) for row in rows]


def _is_needed(subject: VaultSubject, today: date) -> bool:
    kept = sa.select(sa.exists().where(VaultEntry.subject_id == subject.id))
    return bool(session().scalar(kept)) or bool(_ahead(subject, today))


def _end(subject: VaultSubject, at: datetime) -> None:
    subject.wrapped_key, subject.key_id, subject.erased_at = None, None, at
    mine = VaultKeeping.subject_id == subject.id
    session().execute(sa.delete(VaultKeeping).where(mine))
    session().execute(
        sa.update(VaultConsent)
        .where(VaultConsent.subject_id == subject.id, VaultConsent.withdrawn_at.is_(None))
        .values(withdrawn_at=at),
        execution_options={"synchronize_session": False},
    )
    session().flush()
