"""Giving thanks: from a person, with or without points, or from the company itself.

Lock rank: request key, then the people between whom points go, then the giver's allowance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput, DomainError
from marketplace.kernel.jobs import enqueue
from marketplace.people.operations.turns import take_turns
from marketplace.recognition.models import (
    LONGEST_MESSAGE,
    CompanyValue,
    GivingNote,
    Recognition,
    RecognitionChoice,
    RecognitionEvent,
    RecognitionRecipient,
)
from marketplace.recognition.operations.allowances import open_month, use_allowance
from marketplace.recognition.policies import (
    Finding,
    findings,
    message_obstacle,
    recipients_obstacle,
)
from marketplace.recognition.queries.giving import (
    GivingProgram,
    Recipient,
    departments_of,
    pair_facts,
    programs_to_give_from,
    recipients_at_work,
)
from marketplace.recognition.states import (
    SHOWING_BY_CHOICE,
    Choice,
    Mode,
    RecognitionState,
    Source,
    Visibility,
)
from marketplace.web.filters import points_word


@dataclass(frozen=True, slots=True)
class NewRecognition:
    """What is sent: to whom, the words, the value, and how many points each of them gets.

    `program_id` is where points come from; None sends none. `reason` answers what a program that
    advises has noticed. `source_ref` names what it was made of, so that it is made once.
    """

    recipients: tuple[int, ...]
    message: str
    value_id: int | None = None
    points: int = 0
    visibility: Visibility = Visibility.PUBLIC
    program_id: int | None = None
    source: Source = Source.PAGE
    source_ref: str | None = None
    reason: str = ""


class NeedsReason(DomainError):
    """The program advises: it has noticed something and asks why it is sent all the same."""

    code = "needs_reason"

    def __init__(self, found: Sequence[Finding]) -> None:
        said = " ".join(one.sentence for one in found)
        super().__init__(f"{said} Nothing was sent yet. Say why, or send thanks without points.")
        self.found = tuple(found)


class GivingRestricted(DomainError):
    """The program restricts: points can't go this way. Nothing was sent."""

    code = "giving_restricted"

    def __init__(self, found: Sequence[Finding]) -> None:
        said = " ".join(one.sentence for one in found)
        super().__init__(
            f"{said} Nothing was sent, and your allowance is as it was. Thanks without points are "
            "always welcome."
        )
        self.found = tuple(found)


def give_recognition(
    actor: Actor, new: NewRecognition, *, undo_for: timedelta, at: datetime
) -> int:
    """Send somebody's thanks: the recognition's id. It takes effect after `undo_for`.

    Raises BadInput, AllowanceExceeded, NeedsReason or GivingRestricted, with nothing changed.
    """
    recognition_id = record_recognition(actor, new, effective_at=at + undo_for, at=at)
    promise_effect(recognition_id, undo_for)
    return recognition_id


def record_recognition(
    actor: Actor, new: NewRecognition, *, effective_at: datetime, at: datetime
) -> int:
    """The same without the promise: whoever records it lets it take effect."""
    recipients = _recipients(actor.id, new)
    if obstacle := message_obstacle(new.message, longest=LONGEST_MESSAGE):
        raise BadInput(f"{obstacle} Nothing was sent.")
    _refuse_unknown_value(new)
    program = _program(actor, new, recipients, at)
    noticed = _draw_on_allowance(actor, new, program, recipients, at) if program else []
    recognition_id = keep_recognition(
        new, giver_id=actor.id, program=program, effective_at=effective_at, at=at
    )
    if recognition_id is None:
        raise BadInput("This was sent before. It is not sent twice.")
    _note(recognition_id, noticed, program, new.reason, at)
    audit.record(
        actor.id, "recognition.give", f"recognition:{recognition_id}", at=at, points=new.points
    )
    return recognition_id


def recognize_from_company(new: NewRecognition, *, at: datetime) -> int | None:
    """Thanks from the company itself (an anniversary), once per source and `source_ref`.

    Nothing is drawn on an allowance: what its points are worth is for the program's own rule. None
    when it was made before. Raises BadInput for nobody or an empty message.
    """
    if not new.recipients or not new.message.strip():
        raise BadInput("A recognition needs somebody it is for, and words. Nothing was sent.")
    made = keep_recognition(new, giver_id=None, program=None, effective_at=at, at=at)
    if made is not None:
        promise_effect(made, timedelta(0))
    return made


def promise_effect(recognition_id: int, delay: timedelta) -> None:
    """Have a recognition counted and told once it can't be taken back any more."""
    enqueue(
        "recognition.take_effect",
        key=str(recognition_id),
        delay=delay,
        recognition_id=recognition_id,
    )


def keep_recognition(
    new: NewRecognition,
    *,
    giver_id: int | None,
    program: GivingProgram | None,
    effective_at: datetime,
    at: datetime,
) -> int | None:
    """Write a recognition down with its recipients, each as they chose; None when it is known."""
    recognition_id = _insert(new, giver_id, program, effective_at, at)
    if recognition_id is None:
        return None
    chosen = _choices(new.recipients)
    session().execute(
        sa.insert(RecognitionRecipient),
        [
            {
                "recognition_id": recognition_id,
                "employee_id": one,
                "giver_id": giver_id,
                "showing": SHOWING_BY_CHOICE[chosen.get(one, Choice.PUBLIC)],
            }
            for one in new.recipients
        ],
    )
    note_state(recognition_id, RecognitionState.STANDING, giver_id, at=at)
    return recognition_id


def _insert(
    new: NewRecognition,
    giver_id: int | None,
    program: GivingProgram | None,
    effective_at: datetime,
    at: datetime,
) -> int | None:
    has_points = program is not None and new.points > 0
    return session().scalar(
        insert_or_skip(Recognition)
        .values(
            giver_id=giver_id,
            program_id=new.program_id if program is None else program.id,
            value_id=new.value_id,
            message=new.message.strip(),
            points=new.points,
            period=program.month if program is not None and has_points else None,
            visibility=new.visibility,
            source=new.source,
            source_ref=new.source_ref,
            state=RecognitionState.STANDING,
            created_at=at,
            effective_at=effective_at,
        )
        .on_conflict_do_nothing(index_elements=["source", "source_ref"])
        .returning(Recognition.id)
    )


def note_state(
    recognition_id: int,
    state: RecognitionState,
    actor_id: int | None,
    *,
    reason: str = "",
    at: datetime,
) -> None:
    """Add a row to what became of a recognition."""
    session().execute(
        sa.insert(RecognitionEvent).values(
            recognition_id=recognition_id, state=state, actor_id=actor_id, reason=reason, at=at
        )
    )


def _recipients(giver_id: int, new: NewRecognition) -> list[Recipient]:
    if obstacle := recipients_obstacle(giver_id, new.recipients):
        raise BadInput(f"{obstacle} Nothing was sent.")
    found = recipients_at_work(new.recipients)
    if len(found) < len(new.recipients):
        raise BadInput(
            "Somebody you chose does not work here any more. Choose again. Nothing was sent."
        )
    return found


def _refuse_unknown_value(new: NewRecognition) -> None:
    standing = sa.select(CompanyValue.id).where(
        CompanyValue.id == new.value_id, CompanyValue.retired_at.is_(None)
    )
    if new.value_id is None or session().scalar(standing) is None:
        raise BadInput("Choose the value it stands for. Nothing was sent.")


def _program(
    actor: Actor, new: NewRecognition, recipients: Sequence[Recipient], at: datetime
) -> GivingProgram | None:
    """The program it goes through; checks that its points may go to these people."""
    if new.points < 0:
        raise BadInput("Nobody can be given less than 0 points. Nothing was sent.")
    found = [
        program
        for program in programs_to_give_from(actor, at=at, program_id=new.program_id)
        if program.id == new.program_id
    ]
    if not found:
        if new.points:
            raise BadInput(
                "No program lets you give points right now. Nothing was sent. Send your thanks "
                "without points."
            )
        return None
    [program] = found
    if new.points > program.terms.most_points:
        raise BadInput(
            f"{program.name} gives at most {points_word(program.terms.most_points)} to a person "
            "at once. Nothing was sent."
        )
    departments = departments_of(program.id)
    outside = [
        one.name for one in recipients if departments and one.department_id not in departments
    ]
    if new.points and outside:
        raise BadInput(
            f"{program.name} gives no points to {' or '.join(outside)}: it is for other "
            "departments. Nothing was sent. Send your thanks without points."
        )
    return program


def _draw_on_allowance(
    actor: Actor,
    new: NewRecognition,
    program: GivingProgram,
    recipients: Sequence[Recipient],
    at: datetime,
) -> list[Finding]:
    """Take the points from the month, under its lock; what the rules of giving noticed."""
    if not new.points:
        return []
    take_turns([actor.id, *(one.id for one in recipients)])
    granted = program.terms.allowance_of(is_manager=program.is_manager)
    used = open_month(program.id, actor.id, program.month, granted)
    use_allowance(program.id, actor.id, program.month, new.points * len(recipients))
    found = [
        one
        for pair in pair_facts(program, actor.id, recipients, at=at)
        for one in findings(
            program.terms, pair, points=new.points, granted=max(granted, used), at=at
        )
    ]
    if found and program.terms.mode is Mode.RESTRICT:
        raise GivingRestricted(found)
    if found and program.terms.mode is Mode.ADVISE and not new.reason.strip():
        raise NeedsReason(found)
    return found


def _note(
    recognition_id: int,
    noticed: Sequence[Finding],
    program: GivingProgram | None,
    reason: str,
    at: datetime,
) -> None:
    if not noticed or program is None:
        return
    session().execute(
        sa.insert(GivingNote),
        [
            {
                "recognition_id": recognition_id,
                "recipient_id": one.recipient_id,
                "watched": one.watched,
                "mode": program.terms.mode,
                "numbers": one.numbers,
                "reason": reason.strip(),
                "at": at,
            }
            for one in noticed
        ],
    )


def _choices(employee_ids: Sequence[int]) -> dict[int, Choice]:
    rows = session().execute(
        sa.select(RecognitionChoice.employee_id, RecognitionChoice.choice).where(
            RecognitionChoice.employee_id.in_(employee_ids)
        )
    )
    return {row.employee_id: row.choice for row in rows}
