"""The agreement without which no special need is kept, and taking it back."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.wiping import overwrite_deleted
from redemption.travel.vault.consent import CURRENT
from redemption.travel.vault.errors import OtherText
from redemption.travel.vault.models import VaultConsent, VaultEntry
from redemption.travel.vault.operations.subjects import locked_subject, note
from redemption.travel.vault.states import Purpose, VaultDeed, VaultField, fields_of


def agree(actor: Actor, subject_id: int, *, text_version: str, at: datetime) -> bool:
    """Keep that they agree to the text of this version; whether they had not before.

    Raises NoTraveler, OtherText when another text holds by now.
    """
    subject = locked_subject(actor, subject_id)
    if text_version != CURRENT:
        raise OtherText
    given = session().scalar(
        insert_or_skip(VaultConsent)
        .values(
            subject_id=subject.id, purpose=Purpose.NEEDS, text_version=text_version, given_at=at
        )
        .on_conflict_do_nothing()
        .returning(VaultConsent.id)
    )
    if given is not None:
        note(actor, subject, VaultDeed.AGREED, fields_of(Purpose.NEEDS), at=at)
    return given is not None


def take_back(actor: Actor, subject_id: int, *, at: datetime) -> bool:
    """They agree no longer: their special needs are deleted at once; whether they had agreed.

    Raises NoTraveler.
    """
    subject = locked_subject(actor, subject_id)
    overwrite_deleted()
    ended = session().scalar(
        sa.update(VaultConsent)
        .where(
            VaultConsent.subject_id == subject.id,
            VaultConsent.purpose == Purpose.NEEDS,
            VaultConsent.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=at)
        .returning(VaultConsent.id),
        execution_options={"synchronize_session": False},
    )
    if ended is None:
        return False
    gone = session().scalars(
        sa.delete(VaultEntry)
        .where(VaultEntry.subject_id == subject.id, VaultEntry.purpose == Purpose.NEEDS)
        .returning(VaultEntry.field),
        execution_options={"synchronize_session": False},
    )
    note(actor, subject, VaultDeed.TAKEN_BACK, sorted(map(VaultField, gone)), at=at)
    enqueue("vault.forget", key=f"consent:{ended}")
    return True
