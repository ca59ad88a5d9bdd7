"""What the panels of a recognition program show, to those who give and to its manager."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from marketplace.recognition.models import GivingNote, Recognition, RecognitionRecipient
from marketplace.recognition.states import RecognitionState, Visibility, Watched

LATEST = 10
_Giver = aliased(Employee)


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One recognition as a manager sees it: who, how many points, what was noticed; no message."""

    id: int
    giver: str
    recipients: tuple[str, ...]
    points: int
    created_at: datetime
    state: RecognitionState
    noticed: tuple[Watched, ...]
    reason: str

    @property
    def who(self) -> str:
        """Giver and recipients in a line."""
        return f"{self.giver} to {', '.join(self.recipients)}"


def latest_with_points(program_id: int) -> list[DeskRow]:
    """The last recognitions that came with points, in one statement."""
    latest = (
        sa.select(Recognition.id)
        .where(Recognition.program_id == program_id, Recognition.points > 0)
        .order_by(Recognition.id.desc())
        .limit(LATEST)
    )
    rows = session().execute(
        sa.select(
            Recognition.id,
            _Giver.name.label("giver"),
            Employee.name.label("recipient"),
            Recognition.points,
            Recognition.created_at,
            Recognition.state,
            GivingNote.watched,
            GivingNote.reason,
        )
        .join(_Giver, _Giver.id == Recognition.giver_id)
        .join(RecognitionRecipient, RecognitionRecipient.recognition_id == Recognition.id)
        .join(Employee, Employee.id == RecognitionRecipient.employee_id)
        .outerjoin(GivingNote, GivingNote.recognition_id == Recognition.id)
        .where(Recognition.id.in_(sa.select(latest.subquery().c.id)))
        .order_by(Recognition.id.desc(), Employee.name, GivingNote.id)
    )
    found: dict[int, DeskRow] = {}
    for row in rows:
        known = found.get(row.id)
        found[row.id] = DeskRow(
            row.id,
            row.giver,
            _with(known.recipients if known else (), row.recipient),
            row.points,
            row.created_at,
            row.state,
            _with(known.noticed if known else (), row.watched),
            row.reason or "",
        )
    return list(found.values())


def _with(known: tuple[Any, ...], new: Any) -> tuple[Any, ...]:
    return known if new is None or new in known else (*known, new)


@dataclass(frozen=True, slots=True)
class Removable:
    """What a manager reads before removing a recognition; a private message stays private."""

    id: int
    giver: str
    recipients: Sequence[str]
    message: str
    points: int
    created_at: datetime


def recognition_to_remove(recognition_id: int) -> Removable:
    """One recognition that stands. Raises NotFound."""
    rows = (
        session()
        .execute(
            sa.select(
                Recognition.message,
                Recognition.visibility,
                Recognition.points,
                Recognition.created_at,
                sa.func.coalesce(_Giver.name, "The company").label("giver"),
                Employee.name,
            )
            .outerjoin(_Giver, _Giver.id == Recognition.giver_id)
            .join(RecognitionRecipient, RecognitionRecipient.recognition_id == Recognition.id)
            .join(Employee, Employee.id == RecognitionRecipient.employee_id)
            .where(
                Recognition.id == recognition_id,
                Recognition.state == RecognitionState.STANDING,
            )
            .order_by(Employee.name)
        )
        .all()
    )
    if not rows:
        raise NotFound("There is no such recognition, or it was taken back already.")
    first = rows[0]
    is_private = first.visibility is Visibility.PRIVATE
    message = "" if is_private else first.message
    names = [row.name for row in rows]
    return Removable(recognition_id, first.giver, names, message, first.points, first.created_at)
