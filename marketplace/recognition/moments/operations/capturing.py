"""Recognizing somebody during a moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.access.actor import Actor
from marketplace.recognition.moments.operations.attending import open_moment
from marketplace.recognition.moments.operations.preparing import add_slide
from marketplace.recognition.operations.giving import NewRecognition, give_recognition
from marketplace.recognition.states import Source


@dataclass(frozen=True, slots=True)
class Captured:
    """What is captured: for whom, the value, and one line."""

    employee_id: int
    value_id: int | None
    message: str


def capture(
    actor: Actor, moment_id: int, wanted: Captured, *, undo_for: timedelta, at: datetime
) -> int:
    """Send thanks without points and show them at the moment; the recognition's id.

    Raises MomentClosed, and what giving raises, with nothing changed.
    """
    open_moment(moment_id, at=at)
    new = NewRecognition(
        recipients=(wanted.employee_id,),
        message=wanted.message,
        value_id=wanted.value_id,
        source=Source.MEETING,
    )
    recognition_id = give_recognition(actor, new, undo_for=undo_for, at=at)
    add_slide(moment_id, recognition_id, is_captured=True, at=at)
    return recognition_id
