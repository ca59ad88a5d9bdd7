"""Letters about recognition: to those who were thanked, their managers, and when one is removed.

Each is written once, by its key, after the giver's time to take it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.queries import Person, people_by_id
from marketplace.recognition.models import (
    CompanyValue,
    Recognition,
    RecognitionEvent,
    RecognitionRecipient,
)
from marketplace.recognition.states import RecognitionState, Showing, Visibility
from marketplace.web.letters import write_letter


@dataclass(frozen=True, slots=True)
class About:
    """A recognition as the letters tell it."""

    id: int
    giver: Person | None
    recipients: Sequence[Person]
    value: str
    message: str
    points: int
    is_private: bool
    asked: frozenset[int]
    is_shown: bool

    @property
    def giver_name(self) -> str:
        """Who says thanks."""
        return self.giver.name if self.giver else "Your company"


def tell(recognition_id: int, *, at: datetime) -> None:
    """Tell the recipients, and their managers when everyone may see it."""
    about = _about(recognition_id)
    if about is None:
        return
    for one in about.recipients:
        if one.is_active:
            _write("recognized", one, about, at, is_asked=one.id in about.asked)
    _tell_managers(about, at)


def tell_managers(recognition_id: int, *, at: datetime) -> None:
    """Tell the managers, if everyone may see it by now and it has arrived."""
    found = session().get(Recognition, recognition_id)
    about = _about(recognition_id)
    if about is not None and found is not None and found.took_effect_at is not None:
        _tell_managers(about, at)


def tell_removed(recognition_id: int, *, at: datetime) -> None:
    """Tell giver and recipients why a recognition was removed; nobody hears of one unheard of."""
    found, about = session().get(Recognition, recognition_id), _about(recognition_id, gone=True)
    if about is None or found is None:
        return
    reason = session().scalar(
        sa.select(RecognitionEvent.reason).where(
            RecognitionEvent.recognition_id == recognition_id,
            RecognitionEvent.state == RecognitionState.REMOVED,
        )
    )
    heard = about.recipients if found.took_effect_at else ()
    for one in (*heard, *([about.giver] if about.giver else [])):
        if one.is_active:
            _write("recognition_removed", one, about, at, reason=reason or "")


def _tell_managers(about: About, at: datetime) -> None:
    if not about.is_shown:
        return
    of_manager: dict[int, list[Person]] = {}
    for one in about.recipients:
        if one.manager_id is not None:
            of_manager.setdefault(one.manager_id, []).append(one)
    told = {one.id for one in about.recipients} | ({about.giver.id} if about.giver else set())
    for manager in people_by_id(of_manager.keys() - told).values():
        if manager.is_active:
            _write("report_recognized", manager, about, at, reports=of_manager[manager.id])


def _write(notice: str, to: Person, about: About, at: datetime, **more: object) -> None:
    write_letter(notice, to=to, key=f"{notice}:{about.id}:{to.id}", at=at, about=about, **more)


def _about(recognition_id: int, *, gone: bool = False) -> About | None:
    """The recognition for its letters; None when it was taken back, unless that is the news."""
    found = session().get(Recognition, recognition_id, populate_existing=True)
    if found is None or (found.state is not RecognitionState.STANDING and not gone):
        return None
    rows = session().execute(
        sa.select(RecognitionRecipient.employee_id, RecognitionRecipient.showing).where(
            RecognitionRecipient.recognition_id == recognition_id
        )
    )
    showings = {row.employee_id: row.showing for row in rows}
    people = people_by_id([*showings, *([found.giver_id] if found.giver_id else [])])
    value = session().get(CompanyValue, found.value_id) if found.value_id else None
    is_private = found.visibility is Visibility.PRIVATE
    return About(
        id=found.id,
        giver=people[found.giver_id] if found.giver_id else None,
        recipients=sorted((people[one] for one in showings), key=lambda who: who.name),
        value=value.name if value else "",
        message=found.message,
        points=found.points,
        is_private=is_private,
        asked=frozenset(
            who for who, showing in showings.items() if showing is Showing.ASKED and not is_private
        ),
        is_shown=not is_private and set(showings.values()) == {Showing.SHOWN},
    )
