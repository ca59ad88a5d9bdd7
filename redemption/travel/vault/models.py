"""Travel data of people: each value sealed with a key of theirs alone, and who read it.

Keys of people lie here wrapped; what wraps them is in the settings. Without a row's own wrapped key
nothing of that person opens, so destroying it erases them from every copy.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, one_of, whole
from marketplace.kernel.literals import quoted
from redemption.travel.vault.states import NEEDS, Purpose, VaultDeed, VaultField

_OPEN = sa.text("erased_at IS NULL")
_GIVEN = sa.text("withdrawn_at IS NULL")
_NEEDS = quoted(NEEDS)


class VaultSubject(Model):
    """One person whose travel data is kept: an employee, or a guest, who is nobody here.

    `handle` stands in addresses and binds what is sealed. `wrapped_key` is theirs, wrapped by the
    key called `key_id`; erased, there is none, and who comes again is another subject.
    """

    __tablename__ = "vault_subjects"
    __table_args__ = (
        sa.Index(
            "uq_vault_subjects_one_open",
            "employee_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        sa.CheckConstraint(
            "(erased_at IS NULL) = (wrapped_key IS NOT NULL)", name="erased_has_no_key"
        ),
        sa.CheckConstraint("(wrapped_key IS NULL) = (key_id IS NULL)", name="key_is_named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(unique=True)
    employee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"), index=True)
    key_id: Mapped[str | None]
    wrapped_key: Mapped[bytes | None]
    made_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class VaultEntry(Model):
    """One value, sealed; `version` grows with each change and is bound into the seal."""

    __tablename__ = "vault_entries"
    __table_args__ = (
        one_of("field", VaultField),
        one_of("purpose", Purpose),
        sa.CheckConstraint(
            f"(field IN ({_NEEDS})) = (purpose = 'needs')", name="kept_for_its_purpose"
        ),
        *whole("version", 1),
    )

    subject_id: Mapped[int] = mapped_column(sa.ForeignKey("vault_subjects.id"), primary_key=True)
    field: Mapped[VaultField] = mapped_column(primary_key=True)
    purpose: Mapped[Purpose]
    cipher: Mapped[bytes]
    delete_on: Mapped[date] = mapped_column(index=True)
    changed_at: Mapped[datetime]
    version: Mapped[int]


class VaultKeeping(Model):
    """What somebody's data is kept for, `booking:12`, and the days on which that is over."""

    __tablename__ = "vault_keepings"
    __table_args__ = (sa.UniqueConstraint("subject_id", "what"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(sa.ForeignKey("vault_subjects.id"))
    what: Mapped[str]
    identity_until: Mapped[date]
    needs_until: Mapped[date]


class VaultConsent(Model):
    """An agreement to the text of a version, `consent.TEXTS`; it holds until it is taken back."""

    __tablename__ = "vault_consents"
    __table_args__ = (
        sa.Index(
            "uq_vault_consents_one_given",
            "subject_id",
            "purpose",
            unique=True,
            sqlite_where=_GIVEN,
            postgresql_where=_GIVEN,
        ),
        one_of("purpose", Purpose),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR withdrawn_at >= given_at", name="taken_back_after_it"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(sa.ForeignKey("vault_subjects.id"), index=True)
    purpose: Mapped[Purpose]
    text_version: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class VaultReading(Model):
    """Somebody read values in clear: who, which, why and when. Never changed.

    `reader_id` none: the system, for a list that somebody ordered; the reason says which.
    """

    __tablename__ = "vault_readings"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(sa.ForeignKey("vault_subjects.id"), index=True)
    reader_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    fields: Mapped[list[str]]
    reason: Mapped[str]
    at: Mapped[datetime]


class VaultEvent(Model):
    """Something happened to the data of somebody: what, to which fields, by whom. Never changed."""

    __tablename__ = "vault_events"
    __table_args__ = (one_of("deed", VaultDeed),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(sa.ForeignKey("vault_subjects.id"), index=True)
    deed: Mapped[VaultDeed]
    fields: Mapped[list[str]]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    at: Mapped[datetime]


for _table in ("vault_readings", "vault_events"):
    append_only(Model.metadata.tables[_table])
