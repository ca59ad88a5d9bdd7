"""Questions of approvers that wait for the answer of who asked."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.access.actor import Actor
from redemption.approvals.models import ApprovalNote
from redemption.approvals.states import NoteKind
from redemption.models import RedemptionLine
from redemption.states import LineState

_Note = aliased(ApprovalNote)


def last_words(line_id: sa.ColumnElement[int] | Any) -> sa.ScalarSelect[int]:
    """The last question or answer about a line."""
    said = _Note.kind.in_((NoteKind.QUESTION, NoteKind.ANSWER))
    return sa.select(sa.func.max(_Note.id)).where(_Note.line_id == line_id, said).scalar_subquery()


def questions_to(actor: Actor) -> sa.ScalarSelect[int]:
    """How many questions somebody is asked and has not answered."""
    return (
        sa.select(sa.func.count())
        .select_from(RedemptionLine)
        .join(ApprovalNote, ApprovalNote.id == last_words(RedemptionLine.id))
        .where(
            RedemptionLine.employee_id == actor.employee_id,
            RedemptionLine.state == LineState.PENDING_APPROVAL,
            ApprovalNote.kind == NoteKind.QUESTION,
        )
        .scalar_subquery()
    )
