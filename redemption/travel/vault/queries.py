"""What is kept about whom, masked; who read it, and what happened to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.people.models import Employee
from redemption.travel.vault.checks import Finding, Journey, findings
from redemption.travel.vault.errors import NoTraveler
from redemption.travel.vault.keys import opened, opened_rows, sealed_rows
from redemption.travel.vault.models import (
    VaultConsent,
    VaultEntry,
    VaultEvent,
    VaultKeeping,
    VaultReading,
    VaultSubject,
)
from redemption.travel.vault.policies import masked, may_see
from redemption.travel.vault.states import Purpose, VaultDeed, VaultField

LISTED = 50
DUE_AT_ONCE = 500
TOLD_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Traveler:
    """One person whose data is kept. `employee_id` none: a guest, whom only the handle names.

    `agreed_at` none: they agreed to nothing, or no longer. Both last days: none without a trip.
    """

    id: int
    handle: str
    employee_id: int | None
    employee_name: str | None
    agreed_at: datetime | None
    identity_until: date | None
    needs_until: date | None

    @property
    def name(self) -> str:
        """What to call them."""
        return self.employee_name or f"Guest {self.handle[:4]}"

    def may_enter(self, today: date) -> bool:
        """Whether there is a trip to enter something for."""
        return self.identity_until is not None and self.identity_until > today


@dataclass(frozen=True, slots=True)
class KeptValue:
    """One thing that is kept, as others see it."""

    field: VaultField
    shown: str
    changed_at: datetime
    delete_on: date


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody read values in clear. `is_own`: the person themself."""

    who: str
    is_own: bool
    fields: list[VaultField]
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """Something happened to the data."""

    deed: VaultDeed
    who: str
    fields: list[VaultField]
    at: datetime


@dataclass(frozen=True, slots=True)
class TravelerRow:
    """A line of the list of everyone whose data is kept."""

    handle: str
    name: str
    identity: int
    needs: int
    readings: int
    delete_on: date | None


_UNTIL = (
    sa.select(sa.func.max(column))
    .where(VaultKeeping.subject_id == VaultSubject.id)
    .correlate(VaultSubject)
    .scalar_subquery()
    for column in (VaultKeeping.identity_until, VaultKeeping.needs_until)
)
_AGREED_AT = (
    sa.select(sa.func.max(VaultConsent.given_at))
    .where(
        VaultConsent.subject_id == VaultSubject.id,
        VaultConsent.purpose == Purpose.NEEDS,
        VaultConsent.withdrawn_at.is_(None),
    )
    .correlate(VaultSubject)
    .scalar_subquery()
)
_TRAVELER: sa.Select[*tuple[Any, ...]] = (
    sa.select(VaultSubject, Employee.name, _AGREED_AT, *_UNTIL)
    .outerjoin(Employee, Employee.id == VaultSubject.employee_id)
    .where(VaultSubject.erased_at.is_(None))
)


def own_traveler(actor: Actor) -> tuple[Traveler, list[KeptValue]] | None:
    """What is kept about oneself; None when nothing is."""
    row = _found(VaultSubject.employee_id == actor.employee_id)
    return _with_values(row) if row else None


def traveler(actor: Actor, handle: str) -> tuple[Traveler, list[KeptValue]]:
    """What is kept about somebody, masked. Raises NoTraveler, also for who may not see it."""
    return _seen_by(actor, VaultSubject.handle == handle)


def traveler_of(actor: Actor, employee_id: int) -> tuple[Traveler, list[KeptValue]]:
    """The same of an employee. Raises NoTraveler."""
    return _seen_by(actor, VaultSubject.employee_id == employee_id)


def traveler_with(actor: Actor, subject_id: int) -> tuple[Traveler, list[KeptValue]]:
    """The same of a subject, by its id. Raises NoTraveler."""
    return _seen_by(actor, VaultSubject.id == subject_id)


def _seen_by(actor: Actor, which: sa.ColumnElement[bool]) -> tuple[Traveler, list[KeptValue]]:
    row = _found(which)
    if row is None or not may_see(actor, row[0].employee_id):
        raise NoTraveler
    return _with_values(row)


def subject_of(employee_id: int) -> int | None:
    """The id of the subject of an employee; None where nothing was ever kept."""
    return session().scalar(
        sa.select(VaultSubject.id).where(
            VaultSubject.employee_id == employee_id, VaultSubject.erased_at.is_(None)
        )
    )


def findings_for(subject_id: int, journey: Journey, *, today: date) -> list[Finding]:
    """What stands in the way of somebody's journey. Nobody sees a value, so no reading is noted.

    Raises NoTraveler.
    """
    subject = session().get(VaultSubject, subject_id)
    if subject is None or subject.erased_at is not None:
        raise NoTraveler
    return findings(opened(subject), journey, today=today)


def _found(*which: sa.ColumnElement[bool]) -> sa.Row[*tuple[Any, ...]] | None:
    return session().execute(_TRAVELER.where(*which)).one_or_none()


def _with_values(row: sa.Row[*tuple[Any, ...]]) -> tuple[Traveler, list[KeptValue]]:
    subject, name, agreed_at, identity_until, needs_until = row
    who = Traveler(
        subject.id,
        subject.handle,
        subject.employee_id,
        name,
        agreed_at,
        identity_until,
        needs_until,
    )
    return who, _masked(subject)


def _masked(subject: VaultSubject) -> list[KeptValue]:
    rows = sealed_rows(subject)
    kept = opened_rows(subject, rows)
    found = [
        KeptValue(row.field, masked(row.field, kept[row.field]), row.changed_at, row.delete_on)
        for row in rows
    ]
    return sorted(found, key=lambda one: list(VaultField).index(one.field))


def readings_of(*, subject_id: int | None = None, employee_id: int | None = None) -> list[Reading]:
    """Who read the data of a subject, or of an employee at any time; the newest first."""
    rows = session().execute(
        sa.select(
            Employee.name,
            VaultReading.reader_id,
            VaultSubject.employee_id,
            VaultReading.fields,
            VaultReading.reason,
            VaultReading.at,
        )
        .join(VaultSubject, VaultSubject.id == VaultReading.subject_id)
        .outerjoin(Employee, Employee.id == VaultReading.reader_id)
        .where(_whose(subject_id, employee_id))
        .order_by(VaultReading.id.desc())
        .limit(TOLD_AT_MOST)
    )
    return [
        Reading(name or "Laurel", reader is not None and reader == whose, _fields(read), why, at)
        for name, reader, whose, read, why, at in rows
    ]


def happenings_of(
    *, subject_id: int | None = None, employee_id: int | None = None
) -> list[Happening]:
    """What happened to the data of a subject, or of an employee at any time; the newest first."""
    rows = session().execute(
        sa.select(VaultEvent.deed, Employee.name, VaultEvent.fields, VaultEvent.at)
        .join(VaultSubject, VaultSubject.id == VaultEvent.subject_id)
        .outerjoin(Employee, Employee.id == VaultEvent.actor_id)
        .where(_whose(subject_id, employee_id))
        .order_by(VaultEvent.id.desc())
        .limit(TOLD_AT_MOST)
    )
    return [Happening(deed, name or "Laurel", _fields(read), at) for deed, name, read, at in rows]


def _whose(subject_id: int | None, employee_id: int | None) -> sa.ColumnElement[bool]:
    if subject_id is not None:
        return VaultSubject.id == subject_id
    return VaultSubject.employee_id == employee_id


def _fields(names: Iterable[str]) -> list[VaultField]:
    return [VaultField(name) for name in names]


def travelers(looked_for: str = "", *, after: int = 0, limit: int = LISTED) -> list[TravelerRow]:
    """Everyone whose data is kept, what is deleted next first; by name where one is looked for."""
    per_purpose: tuple[Any, ...] = tuple(
        sa.func.count(VaultEntry.field).filter(VaultEntry.purpose == purpose) for purpose in Purpose
    )
    read = (
        sa.select(sa.func.count())
        .where(
            VaultReading.subject_id == VaultSubject.id,
            sa.or_(
                VaultReading.reader_id.is_(None),
                VaultSubject.employee_id.is_(None),
                VaultReading.reader_id != VaultSubject.employee_id,
            ),
        )
        .correlate(VaultSubject)
        .scalar_subquery()
    )
    first = sa.func.min(VaultEntry.delete_on)
    wanted = (
        sa.select(VaultSubject.handle, Employee.name, *per_purpose, read, first)
        .outerjoin(Employee, Employee.id == VaultSubject.employee_id)
        .join(VaultEntry, VaultEntry.subject_id == VaultSubject.id)
        .group_by(VaultSubject.id, Employee.id)
        .order_by(first, VaultSubject.id)
        .offset(after)
        .limit(limit)
    )
    if text := looked_for.strip():
        wanted = wanted.where(Employee.name.icontains(text, autoescape=True))
    return [
        TravelerRow(handle, name or f"Guest {handle[:4]}", *rest)
        for handle, name, *rest in session().execute(wanted)
    ]


def due_on(day: date) -> list[int]:
    """Ids of subjects of whom something is over, or nothing is left and no trip ahead."""
    over = sa.exists().where(VaultEntry.subject_id == VaultSubject.id, VaultEntry.delete_on <= day)
    kept = sa.exists().where(VaultEntry.subject_id == VaultSubject.id)
    was_for = sa.exists().where(VaultKeeping.subject_id == VaultSubject.id)
    ahead = sa.exists().where(
        VaultKeeping.subject_id == VaultSubject.id, VaultKeeping.identity_until > day
    )
    idle = sa.and_(~kept, was_for, ~ahead)
    return list(
        session().scalars(
            sa.select(VaultSubject.id)
            .where(VaultSubject.erased_at.is_(None), sa.or_(over, idle))
            .order_by(VaultSubject.id)
            .limit(DUE_AT_ONCE)
        )
    )


def wrapped_otherwise(key_id: str) -> list[int]:
    """Ids of subjects whose key is not wrapped by the one called so."""
    return list(
        session().scalars(
            sa.select(VaultSubject.id)
            .where(VaultSubject.erased_at.is_(None), VaultSubject.key_id != key_id)
            .order_by(VaultSubject.id)
        )
    )
