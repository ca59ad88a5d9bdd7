"""Taking a recognition back: its giver in time, a manager with a reason at any time."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.errors import BadInput, DomainError, NotFound
from marketplace.kernel.jobs import enqueue
from marketplace.programs.models import Program
from marketplace.programs.operations.settlement import settle_program
from marketplace.programs.states import ProgramState
from marketplace.recognition.models import Recognition, RecognitionRecipient
from marketplace.recognition.operations.allowances import give_back_allowance
from marketplace.recognition.operations.giving import note_state
from marketplace.recognition.states import RecognitionState


class TooLateToWithdraw(DomainError):
    """It has arrived, or is gone already."""

    code = "too_late"

    def __init__(self) -> None:
        super().__init__(
            "It has arrived, so it can't be taken back any more. Nothing was changed. If something "
            "is wrong with it, ask the people who run the program to remove it."
        )


@dataclass(frozen=True, slots=True)
class Removal:
    """What a removal did to the points: taken back, and kept by the rule's own terms."""

    points_taken_back: int
    is_kept: bool


def withdraw_recognition(actor: Actor, recognition_id: int, *, at: datetime) -> int:
    """Take one's own recognition back before it takes effect; the points back in the allowance.

    Raises NotFound for another's, TooLateToWithdraw.
    """
    found = session().get(Recognition, recognition_id, populate_existing=True)
    if found is None or found.giver_id != actor.employee_id:
        raise NotFound("There is no such recognition, or it is someone else's.")
    if _is_paid_for_good(found):
        raise TooLateToWithdraw
    in_time = (Recognition.effective_at > at, Recognition.took_effect_at.is_(None))
    if not _end(recognition_id, RecognitionState.WITHDRAWN, *in_time):
        raise TooLateToWithdraw
    note_state(recognition_id, RecognitionState.WITHDRAWN, actor.id, at=at)
    audit.record(actor.id, "recognition.withdraw", f"recognition:{recognition_id}", at=at)
    return give_back_allowance(found, _recipients(recognition_id))


def remove_recognition(actor: Actor, recognition_id: int, *, reason: str, at: datetime) -> Removal:
    """Take somebody's recognition away; its points follow the terms of the rule they came by.

    What was used of the giver's allowance stays used. Raises NotFound, BadInput without a reason.
    """
    if not reason.strip():
        raise BadInput("Write why, so that the people concerned know. Nothing was changed.")
    found = session().get(Recognition, recognition_id)
    if found is None or not _end(recognition_id, RecognitionState.REMOVED):
        raise NotFound("There is no such recognition, or it was taken back already.")
    note_state(recognition_id, RecognitionState.REMOVED, actor.id, reason=reason.strip(), at=at)
    audit.record(actor.id, "recognition.remove", f"recognition:{recognition_id}", at=at)
    enqueue("recognition.tell_removed", key=str(recognition_id), recognition_id=recognition_id)
    if not found.points or found.program_id is None:
        return Removal(0, is_kept=False)
    groups = [str(recognition_id)]
    report = settle_program(found.program_id, groups=groups, actor=actor, at=at)
    is_kept = bool(report.kept) or _is_paid_for_good(found)
    return Removal(report.points_taken_back, is_kept=is_kept)


def _end(recognition_id: int, state: RecognitionState, *guards: sa.ColumnElement[bool]) -> bool:
    ended = session().execute(
        sa.update(Recognition)
        .where(
            Recognition.id == recognition_id,
            Recognition.state == RecognitionState.STANDING,
            *guards,
        )
        .values(state=state)
        .execution_options(synchronize_session="fetch")
    )
    return rows_changed(ended) == 1


def _is_paid_for_good(found: Recognition) -> bool:
    """Whether its points were granted when the program ended, before its own time was over."""
    if not found.points or found.program_id is None:
        return False
    state = session().scalar(sa.select(Program.state).where(Program.id == found.program_id))
    return state is ProgramState.SETTLED


def _recipients(recognition_id: int) -> int:
    return (
        session().scalar(
            sa.select(sa.func.count()).where(RecognitionRecipient.recognition_id == recognition_id)
        )
        or 0
    )
