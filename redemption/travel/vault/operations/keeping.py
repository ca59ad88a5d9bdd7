"""Putting values in, and saying until when they stay."""

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import settings
from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import CannotRead
from redemption.travel.vault.errors import ConsentNeeded, NothingToKeepFor, NoTraveler
from redemption.travel.vault.keys import opened, sealed_value
from redemption.travel.vault.models import VaultConsent, VaultEntry, VaultKeeping, VaultSubject
from redemption.travel.vault.operations.subjects import locked, locked_subject, note
from redemption.travel.vault.policies import Lives, has_needs, problems, read_value
from redemption.travel.vault.states import Purpose, VaultDeed, VaultField


def keep_until(subject_id: int, what: str, *, ends_on: date) -> None:
    """Keep somebody's data for a trip, `booking:12`, that ends on a day; said anew, it moves.

    Their data stays as long as the last of their trips needs it. Raises NoTraveler.
    """
    subject = locked(subject_id)
    until = lives().after(ends_on)
    days = {"identity_until": until[Purpose.IDENTITY], "needs_until": until[Purpose.NEEDS]}
    session().execute(
        insert_or_skip(VaultKeeping)
        .values(subject_id=subject.id, what=what, **days)
        .on_conflict_do_update(index_elements=["subject_id", "what"], set_=days)
    )
    _move_last_days(subject)


def keep_after_cancellation(subject_id: int, what: str, *, canceled_on: date) -> None:
    """The place is canceled: what was kept for it goes soon, never later than it would have.

    Of who is erased there is nothing left to go.
    """
    try:
        subject = locked(subject_id)
    except NoTraveler:
        return
    soon = lives().after_cancellation(canceled_on)
    kept = session().scalar(_keepings(subject).where(VaultKeeping.what == what))
    if kept is not None:
        kept.identity_until = min(kept.identity_until, soon)
        kept.needs_until = min(kept.needs_until, soon)
        session().flush()
        _move_last_days(subject)


def put(
    actor: Actor, subject_id: int, entered: Mapping[VaultField, str], *, at: datetime
) -> list[VaultField]:
    """Keep these values, take out those that are empty; the fields that changed.

    Raises NoTraveler, NothingToKeepFor without a trip, ConsentNeeded for special needs without an
    agreement, BadInput with the field's name for a value that can't be.
    """
    subject = locked_subject(actor, subject_id)
    values = {field: _readable(field, text, at) for field, text in entered.items()}
    until = last_days(subject)
    if not until or max(until.values()) <= at.date():
        raise NothingToKeepFor
    if has_needs(values) and not is_agreed(subject):
        raise ConsentNeeded
    before = dict(opened(subject))
    for field, problem in problems(before | values).items():
        raise BadInput(problem, field=field.value)
    changed = [field for field, value in values.items() if before.get(field, "") != value]
    for field in changed:
        _write(subject, field, values[field], until[field.purpose], at)
    if changed:
        note(actor, subject, VaultDeed.PUT, changed, at=at)
    return changed


def _readable(field: VaultField, text: str, at: datetime) -> str:
    try:
        return read_value(field, text, today=at.date())
    except CannotRead as unreadable:
        raise BadInput(unreadable.enter, field=field.value) from None


def _write(
    subject: VaultSubject, field: VaultField, value: str, delete_on: date, at: datetime
) -> None:
    mine = VaultEntry.subject_id == subject.id, VaultEntry.field == field
    if not value:
        session().execute(sa.delete(VaultEntry).where(*mine))
        return
    version = (session().scalar(sa.select(VaultEntry.version).where(*mine)) or 0) + 1
    columns = {
        "cipher": sealed_value(subject, field, version, value),
        "delete_on": delete_on,
        "changed_at": at,
        "version": version,
    }
    session().execute(
        insert_or_skip(VaultEntry)
        .values(subject_id=subject.id, field=field, purpose=field.purpose, **columns)
        .on_conflict_do_update(index_elements=["subject_id", "field"], set_=columns)
    )


def is_agreed(subject: VaultSubject) -> bool:
    """Whether they agree that their special needs are kept."""
    return (
        session().scalar(
            sa.select(VaultConsent.id).where(
                VaultConsent.subject_id == subject.id,
                VaultConsent.purpose == Purpose.NEEDS,
                VaultConsent.withdrawn_at.is_(None),
            )
        )
        is not None
    )


def last_days(subject: VaultSubject) -> dict[Purpose, date]:
    """The day on which what is kept for each purpose is deleted; empty without a trip."""
    row = (
        session()
        .execute(
            sa.select(
                sa.func.max(VaultKeeping.identity_until), sa.func.max(VaultKeeping.needs_until)
            ).where(VaultKeeping.subject_id == subject.id)
        )
        .one()
    )
    if row[0] is None:
        return {}
    return {Purpose.IDENTITY: row[0], Purpose.NEEDS: row[1]}


def lives() -> Lives:
    """How long data stays here, as the settings have it."""
    here = settings.current()
    return Lives(here.travel_identity_days, here.travel_needs_days, here.travel_canceled_days)


def _keepings(subject: VaultSubject) -> sa.Select[VaultKeeping]:
    return sa.select(VaultKeeping).where(VaultKeeping.subject_id == subject.id)


def _move_last_days(subject: VaultSubject) -> int:
    return sum(
        rows_changed(
            session().execute(
                sa.update(VaultEntry)
                .where(VaultEntry.subject_id == subject.id, VaultEntry.purpose == purpose)
                .values(delete_on=day)
            )
        )
        for purpose, day in last_days(subject).items()
    )
