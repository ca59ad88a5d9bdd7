"""Opening and sealing: the key of a person opens their values, each in its own row alone."""

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.secrets import CannotOpen, open_with, seal_with
from marketplace.kernel.wrapping import fresh_key, unwrap, wrap
from redemption.travel.vault.documents import TravelDocuments
from redemption.travel.vault.models import VaultEntry, VaultSubject
from redemption.travel.vault.states import VaultField

Rows = Sequence[sa.Row[*tuple[Any, ...]]]


def wrapped_anew(handle: str, employee_id: int | None, key: bytes | None = None) -> dict[str, Any]:
    """The columns of a subject's key, wrapped by what wraps now; without one, of a fresh key."""
    key_id, wrapped = wrap(key or fresh_key(), _bound_to(handle, employee_id))
    return {"key_id": key_id, "wrapped_key": wrapped}


def key_of(subject: VaultSubject) -> bytes:
    """The key of a person. Raises CannotOpen, also for who was erased."""
    if subject.wrapped_key is None or subject.key_id is None:
        raise CannotOpen(f"The key of {subject.handle} was destroyed.")
    context = _bound_to(subject.handle, subject.employee_id)
    return unwrap(subject.key_id, subject.wrapped_key, context)


def sealed_value(subject: VaultSubject, field: VaultField, version: int, value: str) -> bytes:
    """A value sealed for its row, as its `version`."""
    return seal_with(key_of(subject), value.encode(), _row(subject, field, version))


def opened(subject: VaultSubject, fields: Collection[VaultField] | None = None) -> TravelDocuments:
    """The values of a person in clear, all or of these fields. Raises CannotOpen."""
    return opened_rows(subject, sealed_rows(subject, fields))


def sealed_rows(subject: VaultSubject, fields: Collection[VaultField] | None = None) -> Rows:
    """What is kept about a person, sealed: field, version, cipher, and its two days."""
    rows = sa.select(
        VaultEntry.field,
        VaultEntry.version,
        VaultEntry.cipher,
        VaultEntry.changed_at,
        VaultEntry.delete_on,
    ).where(VaultEntry.subject_id == subject.id)
    if fields is not None:
        rows = rows.where(VaultEntry.field.in_(fields))
    return session().execute(rows).all()


def opened_rows(subject: VaultSubject, rows: Rows) -> TravelDocuments:
    """The values of such rows in clear. Raises CannotOpen."""
    if not rows:
        return TravelDocuments({})
    key = key_of(subject)
    return TravelDocuments(
        {
            row.field: open_with(key, row.cipher, _row(subject, row.field, row.version)).decode()
            for row in rows
        }
    )


def opened_each(
    subjects: Collection[VaultSubject], fields: Collection[VaultField]
) -> dict[int, TravelDocuments]:
    """The same of many in one statement; who has none of these fields is not in it."""
    by_id = {subject.id: subject for subject in subjects}
    rows = session().execute(
        sa.select(VaultEntry.subject_id, VaultEntry.field, VaultEntry.version, VaultEntry.cipher)
        .where(VaultEntry.subject_id.in_(by_id), VaultEntry.field.in_(fields))
        .order_by(VaultEntry.subject_id)
    )
    found: dict[int, dict[VaultField, str]] = {}
    for subject_id, entries in groupby(rows, key=lambda row: row.subject_id):
        subject, key = by_id[subject_id], key_of(by_id[subject_id])
        found[subject_id] = {
            VaultField(one.field): open_with(
                key, one.cipher, _row(subject, one.field, one.version)
            ).decode()
            for one in entries
        }
    return {subject_id: TravelDocuments(values) for subject_id, values in found.items()}


def _bound_to(handle: str, employee_id: int | None) -> str:
    return f"vault_subjects:wrapped_key:{handle}:{employee_id or 'guest'}"


def _row(subject: VaultSubject, field: VaultField, version: int) -> str:
    return f"vault_entries:cipher:{subject.handle}:{VaultField(field).value}:{version}"
