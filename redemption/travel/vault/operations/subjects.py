"""Whose data it is: subjects, locked for one who may touch them."""

import secrets
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, insert_row, session
from redemption.travel.vault.errors import NoTraveler
from redemption.travel.vault.keys import wrapped_anew
from redemption.travel.vault.models import VaultEvent, VaultSubject
from redemption.travel.vault.policies import may_see
from redemption.travel.vault.states import VaultDeed, VaultField

HANDLE_BYTES = 12


def subject_for(employee_id: int, *, at: datetime) -> int:
    """The subject of an employee, made with a key of its own where there is none; its id."""
    made = session().scalar(
        insert_or_skip(VaultSubject)
        .values(**_fresh(employee_id, at))
        .on_conflict_do_nothing(
            index_elements=["employee_id"], index_where=sa.text("erased_at IS NULL")
        )
        .returning(VaultSubject.id)
    )
    return made if made is not None else session().scalars(_open_of(employee_id)).one()


def new_guest(*, at: datetime) -> int:
    """A subject for a guest, who is nobody here; its id."""
    return insert_row(VaultSubject, **_fresh(None, at))


def _fresh(employee_id: int | None, at: datetime) -> dict[str, object]:
    handle = secrets.token_hex(HANDLE_BYTES)
    mine = {"handle": handle, "employee_id": employee_id, "made_at": at}
    return mine | wrapped_anew(handle, employee_id)


def _open_of(employee_id: int) -> sa.Select[int]:
    return sa.select(VaultSubject.id).where(
        VaultSubject.employee_id == employee_id, VaultSubject.erased_at.is_(None)
    )


def locked_subject(actor: Actor, subject_id: int) -> VaultSubject:
    """A subject that is not erased, locked. Raises NoTraveler, also for who may not touch it."""
    subject = locked(subject_id)
    if not may_see(actor, subject.employee_id):
        raise NoTraveler
    return subject


def locked(subject_id: int) -> VaultSubject:
    """The same for deeds that show and take nothing. Raises NoTraveler.

    Whoever writes to the data of a person locks them first, so that nothing is put in behind an
    erasure.
    """
    subject = session().get(VaultSubject, subject_id, with_for_update=True, populate_existing=True)
    if subject is None or subject.erased_at is not None:
        raise NoTraveler
    return subject


def note(
    actor: Actor,
    subject: VaultSubject,
    deed: VaultDeed,
    fields: Iterable[VaultField] = (),
    *,
    at: datetime,
) -> None:
    """Remember a deed, and to which fields, for the person and in the audit."""
    touched = [VaultField(one).value for one in fields]
    insert_row(
        VaultEvent,
        subject_id=subject.id,
        deed=deed,
        fields=touched,
        actor_id=actor.employee_id,
        at=at,
    )
    about = f"vault_subject:{subject.id}"
    audit.record(actor.employee_id, f"vault.{deed.value}", about, at=at, fields=touched)
