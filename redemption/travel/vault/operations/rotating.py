"""Wrapping the keys of people anew, so that an old wrapping key can be taken out."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.wiping import overwrite_deleted
from marketplace.kernel.wrapping import wrapping_key_id
from redemption.travel.vault.keys import key_of, wrapped_anew
from redemption.travel.vault.models import VaultSubject


def wrap_anew(actor: Actor, subject_id: int, *, at: datetime) -> bool:
    """Wrap somebody's key by what wraps now; whether another one did. Raises CannotOpen.

    Who is erased meanwhile stays so: no key is put back.
    """
    subject = session().get(VaultSubject, subject_id, populate_existing=True)
    if subject is None or subject.key_id in {None, wrapping_key_id()}:
        return False
    overwrite_deleted()
    columns = wrapped_anew(subject.handle, subject.employee_id, key_of(subject))
    done = session().execute(
        sa.update(VaultSubject)
        .where(VaultSubject.id == subject_id, VaultSubject.wrapped_key == subject.wrapped_key)
        .values(**columns),
        execution_options={"synchronize_session": False},
    )
    is_done = rows_changed(done) == 1
    if is_done:
        about = f"vault_subject:{subject_id}"
        audit.record(actor.employee_id, "vault.wrapped", about, at=at, by=columns["key_id"])
    return is_done
