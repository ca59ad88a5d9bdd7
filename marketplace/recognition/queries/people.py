"""People to thank, and a person's page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from textwrap import shorten
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Department, Employee
from marketplace.people.states import EmployeeStatus
from marketplace.recognition.handles import handle_of
from marketplace.recognition.models import (
    CompanyValue,
    Recognition,
    RecognitionChoice,
    RecognitionRecipient,
)
from marketplace.recognition.policies import MOST_RECIPIENTS
from marketplace.recognition.queries.feed import ValueFace, is_public
from marketplace.recognition.states import Choice, RecognitionState, Showing, Visibility

MOST_FOUND = 8
FIRST_LEVEL = 3
FRESH = timedelta(days=7)
FIRST_WORDS = 120


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody who can be thanked; `is_chosen` when they were ticked already."""

    id: int
    name: str
    title: str
    department: str
    is_chosen: bool

    @property
    def note(self) -> str:
        """What tells namesakes apart."""
        return ", ".join(part for part in (self.title, self.department) if part)


def find_people(actor: Actor, text: str, chosen: Collection[int]) -> list[FoundPerson]:
    """Those chosen, then people at work whose name or e-mail holds every word of `text`.

    Without a text, the people nearest to the actor: manager, reports, own department.
    """
    picked = Employee.id.in_(sorted(chosen)[: MOST_RECIPIENTS + 1])
    rows = session().execute(
        sa.select(
            Employee.id,
            Employee.name,
            Employee.title,
            sa.func.coalesce(Department.name, ""),
            picked,
        )
        .outerjoin(Department, Department.id == Employee.department_id)
        .where(
            Employee.status == EmployeeStatus.ACTIVE,
            sa.or_(picked, sa.and_(Employee.id != actor.employee_id, _matches(actor, text))),
        )
        .order_by(picked.desc(), Employee.name, Employee.id)
        .limit(len(chosen) + MOST_FOUND)
    )
    return [FoundPerson(*row[:4], is_chosen=bool(row[4])) for row in rows]


def _matches(actor: Actor, text: str) -> sa.ColumnElement[bool]:
    words = text.split()
    if words:
        return sa.and_(
            *(
                sa.or_(
                    Employee.name.icontains(word, autoescape=True),
                    Employee.email.icontains(word, autoescape=True),
                )
                for word in words
            )
        )
    return sa.or_(
        Employee.id == actor.manager_id,
        Employee.manager_id == actor.employee_id,
        Employee.department_id == actor.department_id,
    )


@dataclass(frozen=True, slots=True)
class ValueTally:
    """How often somebody was thanked for a value, as far as everyone may see."""

    value: ValueFace
    times: int

    @property
    def level(self) -> int:
        """Stars of the medal: one from 3 times on, then at 10, 25, 50 and 100; 0 is no medal."""
        return sum(self.times >= step for step in (FIRST_LEVEL, 10, 25, 50, 100))


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as colleagues see them: no points, no pay, no dates."""

    id: int
    name: str
    handle: str
    title: str
    department: str
    site: str
    tallies: Sequence[ValueTally]

    @property
    def times(self) -> int:
        """How often they were thanked for a value."""
        return sum(tally.times for tally in self.tallies)


def profile(employee_id: int, *, at: datetime) -> Profile:
    """Somebody at work with what they are thanked for, in one statement. Raises NotFound."""
    rows = session().execute(_profile_rows(employee_id, at)).all()
    if not rows:
        raise NotFound("There is no such person here.")
    who = rows[0]
    return Profile(
        employee_id,
        who.name,
        handle_of(who.name, employee_id),
        who.title,
        who.department,
        who.site,
        [
            ValueTally(ValueFace(row.slug, row.value, row.icon, row.hue), row.times)
            for row in rows
            if row.value
        ],
    )


def _profile_rows(employee_id: int, at: datetime) -> sa.Select[Any]:
    """The person once for each value, or once without any."""
    tallies = (
        sa.select(
            RecognitionRecipient.employee_id,
            Recognition.value_id,
            sa.func.count().label("times"),
        )
        .join(Recognition, Recognition.id == RecognitionRecipient.recognition_id)
        .where(RecognitionRecipient.employee_id == employee_id, is_public(at))
        .group_by(RecognitionRecipient.employee_id, Recognition.value_id)
        .subquery()
    )
    return (
        sa.select(
            Employee.name,
            Employee.title,
            sa.func.coalesce(Department.name, "").label("department"),
            Employee.site,
            CompanyValue.slug,
            CompanyValue.name.label("value"),
            CompanyValue.icon,
            CompanyValue.hue,
            tallies.c.times,
        )
        .outerjoin(Department, Department.id == Employee.department_id)
        .outerjoin(tallies, tallies.c.employee_id == Employee.id)
        .outerjoin(CompanyValue, CompanyValue.id == tallies.c.value_id)
        .where(Employee.id == employee_id, Employee.status == EmployeeStatus.ACTIVE)
        .order_by(tallies.c.times.desc(), CompanyValue.position)
    )


def name_of(employee_id: int) -> str:
    """What somebody is called, for a filter that is on; nothing for nobody."""
    return session().scalar(sa.select(Employee.name).where(Employee.id == employee_id)) or ""


def choice_of(employee_id: int) -> Choice:
    """What somebody wants to happen with recognition they get."""
    kept = session().get(RecognitionChoice, employee_id)
    return kept.choice if kept else Choice.PUBLIC


@dataclass(frozen=True, slots=True)
class NewestThanks:
    """The last recognition somebody got: from whom (None: the company), and its first words."""

    id: int
    giver: str | None
    message: str
    showing: Showing


def newest_thanks(actor: Actor, *, at: datetime) -> NewestThanks | None:
    """What this person got in the last days, what asks for their word first."""
    row = (
        session()
        .execute(
            sa.select(
                Recognition.id,
                Employee.name,
                Recognition.message,
                RecognitionRecipient.showing,
                Recognition.visibility,
            )
            .join(RecognitionRecipient, RecognitionRecipient.recognition_id == Recognition.id)
            .outerjoin(Employee, Employee.id == Recognition.giver_id)
            .where(
                RecognitionRecipient.employee_id == actor.employee_id,
                Recognition.state == RecognitionState.STANDING,
                Recognition.effective_at <= at,
                Recognition.effective_at > at - FRESH,
            )
            .order_by(RecognitionRecipient.showing != Showing.ASKED, Recognition.id.desc())
            .limit(1)
        )
        .one_or_none()
    )
    if row is None:
        return None
    first = shorten(row.message, width=FIRST_WORDS, placeholder=" …")
    is_private = row.visibility is Visibility.PRIVATE
    return NewestThanks(row.id, row.name, first, Showing.HIDDEN if is_private else row.showing)
