"""Writing down what was booked, with its documents; later changes are rows of their own.

Lock rank: request key, line, account and lots, budget, stock, task, booking, voucher, journey.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.evidence import CleanFile
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.secrets import open_bytes, seal_bytes
from redemption.bookings.operations import booking_of_line, confirm
from redemption.fulfillment.errors import RequestEnded
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.operations.desk import book_task
from redemption.fulfillment.operations.steps import (
    answered,
    fresh_task,
    note_done,
    refuse_other_work,
)
from redemption.fulfillment.operations.tasks import task_named
from redemption.fulfillment.states import TaskState, Work
from redemption.journeys.booked import Booked
from redemption.journeys.errors import AskedAlready, GuaranteeOver
from redemption.journeys.models import Journey, JourneyBooking, JourneyDocument
from redemption.journeys.operations.moves import journey_of, move_journey
from redemption.journeys.states import JourneyState
from redemption.operations.lines import lock_line, refuse_own, state_of
from redemption.states import LineState

MOST_PARTS, LONGEST_PART, MOST_DOCUMENTS = 40, 200, 40


def record_booking(
    actor: Actor,
    task_id: int,
    made: Booked,
    files: Sequence[CleanFile] = (),
    *,
    request_key: str,
    at: datetime,
) -> int:
    """What was booked, the first time or changed since; the number of the booking, from 1.

    The first time points are spent, a voucher is issued and the person gets a letter; a change
    says why and leaves all of that as it is. Raises BadInput, GuaranteeOver, AskedAlready,
    TaskMoved, RequestEnded, OwnRequest.
    """
    said = f"{asdict(made)}{[file.sha256 for file in files]}"
    before = answered(actor, task_id, "booked", request_key, at, said)
    if before is not None:
        return int(before)
    _refuse_unclear(made)
    task, journey = _ready(actor, task_id, at)
    line_id, is_change = task.line_id, task.state is TaskState.BOOKED
    seq = _write(actor, line_id, made, files, at)
    if is_change:
        _change(actor, line_id, made, at)
        enqueue("journeys.tell_change", key=f"{line_id}:{seq}", line_id=line_id, seq=seq)
    else:
        book_task(actor, task, made.confirmation, at=at)
    move_journey(journey, JourneyState.BOOKED, actor_id=actor.id, at=at, note=made.note, words="")
    crashpoint("journey.booked.written")
    note_done(actor, task_id, "booked", request_key, at, str(seq))
    return seq


def _ready(actor: Actor, task_id: int, at: datetime) -> tuple[FulfillmentTask, Journey]:
    """The task and the journey, their line locked, while something may be booked."""
    task = task_named(task_id)
    refuse_other_work(task, Work.BOOKING)
    line = lock_line(task.line_id, {LineState.FULFILLING, LineState.FULFILLED})
    if line is None:
        raise RequestEnded(state_of(task.line_id).label)
    refuse_own(actor, line)
    journey = journey_of(task.line_id)
    if journey is None:
        raise NotFound("This is no travel package; enter its confirmation number alone.")
    _refuse_unready(journey, at)
    return fresh_task(task.line_id), journey


def _refuse_unclear(made: Booked) -> None:
    if made.ends_on <= made.starts_on:
        raise BadInput("Enter a last day after the first. Nothing was changed.", field="ends_on")
    if len(made.parts) > MOST_PARTS or any(len(part) > LONGEST_PART for part in made.parts):
        raise BadInput(
            f"Enter up to {MOST_PARTS} lines of {LONGEST_PART} characters. Nothing was changed.",
            field="parts",
        )


def _refuse_unready(journey: Journey, at: datetime) -> None:
    if journey.state is JourneyState.PRICE_ASKED:
        raise AskedAlready("The person")
    is_first = journey.state is not JourneyState.BOOKED
    if is_first and at.date() > journey.guaranteed_until:
        raise GuaranteeOver(journey.guaranteed_until)


def _change(actor: Actor, line_id: int, made: Booked, at: datetime) -> None:
    """Another number, another date: points and voucher stay as they are."""
    booking = booking_of_line(line_id)
    assert booking is not None
    confirm(booking, made.confirmation, actor_id=actor.id, at=at)


def _write(
    actor: Actor, line_id: int, made: Booked, files: Sequence[CleanFile], at: datetime
) -> int:
    last = session().scalar(
        sa.select(sa.func.max(JourneyBooking.seq)).where(JourneyBooking.line_id == line_id)
    )
    seq = (last or 0) + 1
    if last and not made.note:
        raise BadInput("Write why it is changed; the person reads it.", field="note")
    values = asdict(made) | {"parts": list(made.parts)}
    session().execute(
        sa.insert(JourneyBooking).values(
            line_id=line_id, seq=seq, booked_by_id=actor.id, booked_at=at, **values
        )
    )
    _refuse_too_many(line_id, len(files))
    for file in files:
        session().execute(_sealed(line_id, seq, file, actor, at))
    return seq


def _refuse_too_many(line_id: int, more: int) -> None:
    there = session().scalar(sa.select(sa.func.count()).where(JourneyDocument.line_id == line_id))
    if (there or 0) + more > MOST_DOCUMENTS:
        raise BadInput(f"A trip has up to {MOST_DOCUMENTS} documents.", field="documents")


def _sealed(line_id: int, seq: int, file: CleanFile, actor: Actor, at: datetime) -> sa.Insert:
    """The row of a document; the same file once more stays where it is."""
    return (
        insert_or_skip(JourneyDocument)
        .values(
            line_id=line_id,
            seq=seq,
            name=file.name,
            media_type=file.media_type,
            sha256=file.sha256,
            size=len(file.content),
            sealed=seal_bytes(file.content, _sealed_for(line_id, file.sha256)),
            added_by_id=actor.id,
            added_at=at,
        )
        .on_conflict_do_nothing(index_elements=["line_id", "sha256"])
    )


def _sealed_for(line_id: int, sha256: str) -> str:
    return f"journey_documents:sealed:{line_id}:{sha256}"


def open_document(actor: Actor, line_id: int, document_id: int, *, at: datetime) -> CleanFile:
    """A document of a booking; that it was read stands in the audit. Raises NotFound.

    Whoever calls has found that the line is the actor's, or theirs to work on.
    """
    document = session().get(JourneyDocument, document_id)
    if document is None or document.line_id != line_id:
        raise NotFound("There is no such document of this trip.")
    audit.record(actor.id, "journey.document_read", f"journey-document:{document_id}", at=at)
    content = open_bytes(document.sealed, _sealed_for(line_id, document.sha256))
    return CleanFile(document.name, document.media_type, content)
