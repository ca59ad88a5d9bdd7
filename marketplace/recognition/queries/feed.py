"""Recognitions as people see them: the feed, one of them, and those of a person.

Everyone sees what its giver meant for everyone and every recipient lets be seen, from the moment it
can't be taken back any more. Giver and recipients also see what stays between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Department, Employee
from marketplace.people.states import EmployeeStatus
from marketplace.recognition.handles import handle_of
from marketplace.recognition.models import (
    Applause,
    CompanyValue,
    Recognition,
    RecognitionRecipient,
)
from marketplace.recognition.states import RecognitionState, Showing, Source, Visibility

PAGE = 12
_Giver = aliased(Employee)
_Recipient = aliased(Employee)
_NEWEST_FIRST = (Recognition.created_at.desc(), Recognition.id.desc())


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody in a recognition. Without a handle they have no page any more."""

    id: int
    name: str
    handle: str | None


@dataclass(frozen=True, slots=True)
class ValueFace:
    """The value a recognition stands for, as its chip needs it."""

    slug: str
    name: str
    icon: str
    hue: int


@dataclass(frozen=True, slots=True)
class Thanks:
    """One recognition for the person who looks at it.

    `points` is what each recipient got, 0 for those it does not concern. `my_showing` is the
    recipient's own word, None for everyone else. `is_open_to_undo`: the giver may take it back.
    """

    id: int
    giver: Face | None
    recipients: tuple[Face, ...]
    value: ValueFace | None
    message: str
    points: int
    visibility: Visibility
    source: Source
    created_at: datetime
    applause: int
    is_applauded: bool
    is_given_by_me: bool
    is_open_to_undo: bool
    is_public: bool
    my_showing: Showing | None

    @property
    def is_mine(self) -> bool:
        """Whether the reader gave it or got it."""
        return self.is_given_by_me or self.my_showing is not None


@dataclass(frozen=True, slots=True)
class FeedFilters:
    """What the feed is narrowed to: a value, a department, a person, or what concerns me."""

    value: str = ""
    department_id: int | None = None
    person_id: int | None = None
    mine: bool = False

    @property
    def is_on(self) -> bool:
        """Whether anything is narrowed."""
        return bool(self.value or self.department_id or self.person_id or self.mine)


@dataclass(frozen=True, slots=True)
class Feed:
    """A part of the feed, newest first; `before` is where the next part goes on."""

    items: Sequence[Thanks]
    before: int | None


def feed(actor: Actor, filters: FeedFilters, *, at: datetime, before: int | None = None) -> Feed:
    """What everyone may see and what I just sent; with `mine` all that concerns me."""
    just_sent = sa.and_(
        Recognition.giver_id == actor.employee_id,
        Recognition.state == RecognitionState.STANDING,
        Recognition.effective_at > at,
    )
    seen = concerns(actor, at) if filters.mine else sa.or_(is_public(at), just_sent)
    return _part(actor, [seen, *_narrowed(filters)], at=at, before=before)


def thanks_to(actor: Actor, person_id: int, *, at: datetime, before: int | None = None) -> Feed:
    """What everyone may see of what somebody got."""
    return _part(actor, [is_public(at), _is_for(person_id)], at=at, before=before)


def one_thanks(actor: Actor, recognition_id: int, *, at: datetime) -> Thanks:
    """One recognition. Raises NotFound for what is not theirs to see."""
    seen = sa.or_(is_public(at), concerns(actor, at))
    found = _part(actor, [seen, Recognition.id == recognition_id], at=at, before=None).items
    if not found:
        raise NotFound("There is no such recognition, or it is between other people.")
    return found[0]


def is_public(at: datetime) -> sa.ColumnElement[bool]:
    """The condition that everyone may see a recognition."""
    kept_back = sa.exists().where(
        RecognitionRecipient.recognition_id == Recognition.id,
        RecognitionRecipient.showing != Showing.SHOWN,
    )
    return sa.and_(
        Recognition.state == RecognitionState.STANDING,
        Recognition.visibility == Visibility.PUBLIC,
        Recognition.effective_at <= at,
        ~kept_back.correlate(Recognition),
    )


def concerns(actor: Actor, at: datetime) -> sa.ColumnElement[bool]:
    """The condition that somebody gave a recognition, or got it and it has arrived."""
    return sa.and_(
        Recognition.state == RecognitionState.STANDING,
        sa.or_(
            Recognition.giver_id == actor.employee_id,
            sa.and_(_is_for(actor.employee_id), Recognition.effective_at <= at),
        ),
    )


def _is_for(employee_id: int | None) -> sa.ColumnElement[bool]:
    return Recognition.id.in_(
        sa.select(RecognitionRecipient.recognition_id).where(
            RecognitionRecipient.employee_id == employee_id
        )
    )


def _narrowed(filters: FeedFilters) -> list[sa.ColumnElement[bool]]:
    conditions = []
    if filters.value:
        value = sa.select(CompanyValue.id).where(CompanyValue.slug == filters.value)
        conditions.append(Recognition.value_id == value.scalar_subquery())
    if filters.department_id is not None:
        there = sa.select(Employee.id).where(Employee.department_id == filters.department_id)
        got = sa.select(RecognitionRecipient.recognition_id).where(
            RecognitionRecipient.employee_id.in_(there)
        )
        conditions.append(sa.or_(Recognition.giver_id.in_(there), Recognition.id.in_(got)))
    if filters.person_id is not None:
        gave = Recognition.giver_id == filters.person_id
        conditions.append(sa.or_(gave, _is_for(filters.person_id)))
    return conditions


def _part(
    actor: Actor, seen: list[sa.ColumnElement[bool]], *, at: datetime, before: int | None
) -> Feed:
    """One statement: the recognitions of a part, each with all its recipients."""
    wanted = sa.select(Recognition.id).where(*seen).order_by(*_NEWEST_FIRST)
    if before is not None:
        wanted = wanted.where(_is_earlier_than(before))
    part = wanted.limit(PAGE + 1).subquery()
    rows = session().execute(_rows(actor, at).where(Recognition.id.in_(sa.select(part.c.id))))
    found: dict[int, Thanks] = {}
    for row in rows:
        found[row.id] = _with_recipient(found.get(row.id), row, actor, at)
    items = list(found.values())
    return Feed(items[:PAGE], items[PAGE - 1].id if len(items) > PAGE else None)


def _is_earlier_than(recognition_id: int) -> sa.ColumnElement[bool]:
    last = aliased(Recognition)
    when = sa.select(last.created_at).where(last.id == recognition_id).scalar_subquery()
    return sa.tuple_(Recognition.created_at, Recognition.id) < sa.tuple_(when, recognition_id)


def _rows(actor: Actor, at: datetime) -> Any:
    of_this = Applause.recognition_id == Recognition.id
    claps = sa.select(sa.func.count()).where(of_this).correlate(Recognition).scalar_subquery()
    mine = sa.exists().where(of_this, Applause.employee_id == actor.employee_id)
    return (
        sa.select(
            Recognition.id,
            Recognition.message,
            Recognition.points,
            Recognition.visibility,
            Recognition.source,
            Recognition.created_at,
            Recognition.effective_at,
            Recognition.took_effect_at,
            _Giver.id.label("giver_id"),
            _Giver.name.label("giver"),
            _Giver.status.label("giver_status"),
            _Recipient.id.label("recipient_id"),
            _Recipient.name.label("recipient"),
            _Recipient.status.label("recipient_status"),
            RecognitionRecipient.showing,
            CompanyValue.slug.label("value_slug"),
            CompanyValue.name.label("value"),
            CompanyValue.icon,
            CompanyValue.hue,
            claps.label("applause"),
            mine.correlate(Recognition).label("is_applauded"),
            is_public(at).label("is_public"),
        )
        .join(RecognitionRecipient, RecognitionRecipient.recognition_id == Recognition.id)
        .join(_Recipient, _Recipient.id == RecognitionRecipient.employee_id)
        .outerjoin(_Giver, _Giver.id == Recognition.giver_id)
        .outerjoin(CompanyValue, CompanyValue.id == Recognition.value_id)
        .order_by(*_NEWEST_FIRST, _Recipient.name, _Recipient.id)
    )


def _with_recipient(known: Thanks | None, row: Any, actor: Actor, at: datetime) -> Thanks:
    thanks = known or _thanks(row, actor, at)
    face = _face(row.recipient_id, row.recipient, row.recipient_status)
    thanks = replace(thanks, recipients=(*thanks.recipients, face))
    if row.recipient_id == actor.employee_id:
        thanks = replace(thanks, my_showing=row.showing, points=row.points)
    return thanks


def _thanks(row: Any, actor: Actor, at: datetime) -> Thanks:
    is_given_by_me = row.giver_id is not None and row.giver_id == actor.employee_id
    is_early = row.effective_at > at and row.took_effect_at is None
    return Thanks(
        id=row.id,
        giver=_face(row.giver_id, row.giver, row.giver_status) if row.giver_id else None,
        recipients=(),
        value=ValueFace(row.value_slug, row.value, row.icon, row.hue) if row.value else None,
        message=row.message,
        points=row.points if is_given_by_me else 0,
        visibility=row.visibility,
        source=row.source,
        created_at=row.created_at,
        applause=row.applause,
        is_applauded=bool(row.is_applauded),
        is_given_by_me=is_given_by_me,
        is_open_to_undo=is_given_by_me and is_early,
        is_public=bool(row.is_public),
        my_showing=None,
    )


def _face(employee_id: int, name: str, status: EmployeeStatus) -> Face:
    is_here = status is EmployeeStatus.ACTIVE
    return Face(employee_id, name, handle_of(name, employee_id) if is_here else None)


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What the feed can be narrowed to: (slug, name) of values, (id, name) of departments."""

    values: Sequence[tuple[str, str]]
    departments: Sequence[tuple[str, str]]


def filter_choices() -> FilterChoices:
    """The values and departments to choose from, in one statement."""
    values = sa.select(
        sa.literal("value").label("what"),
        CompanyValue.slug.label("key"),
        CompanyValue.name.label("name"),
        CompanyValue.position.label("place"),
    ).where(CompanyValue.retired_at.is_(None))
    departments = sa.select(
        sa.literal("department"),
        sa.cast(Department.id, sa.Text),
        Department.name,
        sa.literal(0, sa.BigInteger),
    )
    both = values.union_all(departments).subquery()
    rows = session().execute(sa.select(both).order_by(both.c.what, both.c.place, both.c.name)).all()
    return FilterChoices(
        [(row.key, row.name) for row in rows if row.what == "value"],
        [(row.key, row.name) for row in rows if row.what == "department"],
    )
