"""What is shown at a moment, and what of the feed could be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import session
from marketplace.people.models import Department, Employee
from marketplace.recognition.anniversaries.models import CelebrationChoice
from marketplace.recognition.models import CompanyValue, Recognition, RecognitionRecipient
from marketplace.recognition.moments.models import MomentSlide
from marketplace.recognition.queries.feed import ValueFace, is_public
from marketplace.recognition.states import RecognitionState, Source

MOST_OFFERED = 30
FRESH = timedelta(days=120)
_Giver, _Recipient = aliased(Employee), aliased(Employee)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who is recognized, and how their name is said where they told."""

    id: int
    name: str
    say_name: str
    department: str


@dataclass(frozen=True, slots=True)
class Slide:
    """One recognition as it is shown. `is_shown` is False for what is not for everyone's eyes."""

    recognition_id: int
    people: tuple[Named, ...]
    giver: str | None
    giver_department: str
    value: ValueFace | None
    value_sentence: str
    message: str
    source: Source
    created_at: datetime
    is_shown: bool
    deed: str = ""
    is_captured: bool = False

    @property
    def names(self) -> str:
        """Who is recognized, in a line."""
        names = [one.name for one in self.people]
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def slides_of(moment_id: int, *, at: datetime) -> list[Slide]:
    """Every recognition of a moment that stands, in its order; each says whether it is shown."""
    rows = session().execute(
        _rows(at)
        .add_columns(MomentSlide.deed, MomentSlide.is_captured)
        .join(MomentSlide, MomentSlide.recognition_id == Recognition.id)
        .where(MomentSlide.moment_id == moment_id, Recognition.state == RecognitionState.STANDING)
        .order_by(MomentSlide.position, Recognition.id, _Recipient.name, _Recipient.id)
    )
    found: dict[int, Slide] = {}
    for row in rows:
        made = _with_person(found, row)
        found[row.id] = replace(made, deed=row.deed, is_captured=row.is_captured)
    return list(found.values())


def shown(slides: Sequence[Slide]) -> list[Slide]:
    """Those that everyone may see."""
    return [slide for slide in slides if slide.is_shown]


def offered(moment_id: int, *, department_id: int | None, at: datetime) -> list[Slide]:
    """The newest of the feed that are not shown yet, those that concern a department or all."""
    taken = sa.select(MomentSlide.recognition_id).where(MomentSlide.moment_id == moment_id)
    wanted = (
        sa.select(Recognition.id)
        .where(is_public(at), Recognition.created_at >= at - FRESH, Recognition.id.not_in(taken))
        .order_by(Recognition.id.desc())
        .limit(MOST_OFFERED)
    )
    if department_id is not None:
        there = sa.select(Employee.id).where(Employee.department_id == department_id)
        got = sa.select(RecognitionRecipient.recognition_id).where(
            RecognitionRecipient.employee_id.in_(there)
        )
        wanted = wanted.where(sa.or_(Recognition.giver_id.in_(there), Recognition.id.in_(got)))
    part = wanted.subquery()
    rows = session().execute(
        _rows(at)
        .where(Recognition.id.in_(sa.select(part.c.id)))
        .order_by(Recognition.id.desc(), _Recipient.name, _Recipient.id)
    )
    found: dict[int, Slide] = {}
    for row in rows:
        found[row.id] = _with_person(found, row)
    return list(found.values())


def _rows(at: datetime) -> sa.Select[*tuple[Any, ...]]:
    giver_department, department = aliased(Department), aliased(Department)
    return (
        sa.select(
            Recognition.id,
            Recognition.message,
            Recognition.source,
            Recognition.created_at,
            is_public(at).label("is_shown"),
            _Giver.name.label("giver"),
            sa.func.coalesce(giver_department.name, "").label("giver_department"),
            _Recipient.id.label("person_id"),
            _Recipient.name.label("person"),
            sa.func.coalesce(department.name, "").label("department"),
            sa.func.coalesce(CelebrationChoice.say_name, "").label("say_name"),
            CompanyValue.slug.label("value_slug"),
            CompanyValue.name.label("value"),
            CompanyValue.icon,
            CompanyValue.hue,
            sa.func.coalesce(CompanyValue.sentence, "").label("sentence"),
        )
        .join(RecognitionRecipient, RecognitionRecipient.recognition_id == Recognition.id)
        .join(_Recipient, _Recipient.id == RecognitionRecipient.employee_id)
        .outerjoin(department, department.id == _Recipient.department_id)
        .outerjoin(CelebrationChoice, CelebrationChoice.employee_id == _Recipient.id)
        .outerjoin(_Giver, _Giver.id == Recognition.giver_id)
        .outerjoin(giver_department, giver_department.id == _Giver.department_id)
        .outerjoin(CompanyValue, CompanyValue.id == Recognition.value_id)
    )


def _with_person(found: dict[int, Slide], row: Any) -> Slide:
    slide = found.get(row.id) or Slide(
        recognition_id=row.id,
        people=(),
        giver=row.giver,
        giver_department=row.giver_department,
        value=ValueFace(row.value_slug, row.value, row.icon, row.hue) if row.value else None,
        value_sentence=row.sentence,
        message=row.message,
        source=row.source,
        created_at=row.created_at,
        is_shown=bool(row.is_shown),
    )
    person = Named(row.person_id, row.person, row.say_name, row.department)
    return replace(slide, people=(*slide.people, person))
