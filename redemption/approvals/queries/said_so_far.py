"""What others said about a request so far, as columns of the statement that reads it."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.people.models import Employee
from redemption.approvals.models import ApprovalNote, ApprovalStep
from redemption.approvals.states import NoteKind, StepState
from redemption.models import RedemptionLine

AUTHOR = aliased(Employee)  # of the last note
_Before, _Who, _Asked = aliased(ApprovalStep), aliased(Employee), aliased(Employee)
_Note = aliased(ApprovalNote)


@dataclass(frozen=True, slots=True)
class LastSaid:
    """The last question about a request, or the answer to it."""

    kind: NoteKind
    who: str
    text: str


def yes_before() -> sa.ScalarSelect[str]:
    """Who of the others said yes last, at the same gate or before."""
    before, who, asked = _Before, _Who, _Asked
    said = sa.case((asked.id != who.id, who.name + " for " + asked.name), else_=who.name)
    return (
        sa.select(said)
        .join(before, before.decided_by_id == who.id)
        .join(asked, asked.id == before.asked_id)
        .where(
            before.line_id == ApprovalStep.line_id,
            before.id != ApprovalStep.id,
            before.gate <= ApprovalStep.gate,
            before.state == StepState.APPROVED,
        )
        .order_by(before.settled_at.desc(), before.seq.desc())
        .limit(1)
        .scalar_subquery()
    )


def last_note() -> sa.ScalarSelect[int]:
    """The last question or answer about the line; a reminder says nothing new."""
    note = _Note
    return (
        sa.select(sa.func.max(note.id))
        .where(note.line_id == RedemptionLine.id, note.kind != NoteKind.REMINDER)
        .scalar_subquery()
    )


def last_said(row: Any) -> LastSaid | None:
    """What a row of the statement says of it."""
    return LastSaid(row.said_kind, row.said_by, row.said_text) if row.said_kind else None
