"""Questions of approvers that wait for the answer of who asked."""

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.people.models import Employee
from redemption.approvals.models import ApprovalNote
from redemption.approvals.states import NoteKind
from redemption.models import RedemptionLine
from redemption.states import LineState

_WAITS = RedemptionLine.state == LineState.PENDING_APPROVAL
_LAST = (
    sa.select(sa.func.max(ApprovalNote.id))
    .where(
        ApprovalNote.line_id == RedemptionLine.id,
        ApprovalNote.kind.in_((NoteKind.QUESTION, NoteKind.ANSWER)),
    )
    .correlate(RedemptionLine)
    .scalar_subquery()
)


def questions_to(actor: Actor) -> sa.ScalarSelect[int]:
    """How many questions somebody is asked and has not answered."""
    return (
        sa.select(sa.func.count())
        .select_from(RedemptionLine)
        .join(ApprovalNote, ApprovalNote.id == _LAST)
        .where(RedemptionLine.employee_id == actor.employee_id, _WAITS)
        .where(ApprovalNote.kind == NoteKind.QUESTION)
        .scalar_subquery()
    )


def who_asks(line_ids: list[int]) -> dict[int, str]:
    """Of each line with an open question the name of who asks it."""
    if not line_ids:
        return {}
    rows = session().execute(
        sa.select(RedemptionLine.id, Employee.name)
        .join(ApprovalNote, ApprovalNote.id == _LAST)
        .join(Employee, Employee.id == ApprovalNote.author_id)
        .where(RedemptionLine.id.in_(line_ids), _WAITS)
        .where(ApprovalNote.kind == NoteKind.QUESTION)
    )
    return {row.id: row.name for row in rows}
