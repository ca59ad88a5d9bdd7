"""Who is asked, or was, about lines that went through approval, and who asks something back."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from redemption.approvals.models import (
    ApprovalAssignee,
    ApprovalNote,
    ApprovalStep,
)
from redemption.approvals.states import ASKED, NoteKind
from redemption.queries.questions import last_words

_Author = aliased(Employee)


@dataclass(frozen=True, slots=True)
class Asked:
    """Of a line that waits: who is asked, and who asked something and has no answer yet."""

    names: tuple[str, ...] = ()
    question_from: str = ""


def names_asked(line_ids: list[int]) -> dict[int, tuple[str, ...]]:
    """Of each line the names of those still here whose answer it waits for, or just got."""
    return {line_id: asked.names for line_id, asked in asked_about(line_ids).items()}


def asked_about(line_ids: list[int]) -> dict[int, Asked]:
    """The same, with whose question is open."""
    if not line_ids:
        return {}
    question = (
        sa.select(_Author.name)
        .join(ApprovalNote, ApprovalNote.author_id == _Author.id)
        .where(
            ApprovalNote.id == last_words(ApprovalStep.line_id),
            ApprovalNote.kind == NoteKind.QUESTION,
        )
        .scalar_subquery()
    )
    rows = session().execute(
        sa.select(ApprovalStep.line_id, Employee.name, question)
        .join(ApprovalAssignee, ApprovalAssignee.step_id == ApprovalStep.id)
        .join(Employee, Employee.id == ApprovalAssignee.employee_id)
        .where(
            ApprovalStep.line_id.in_(line_ids),
            ApprovalStep.state.in_(ASKED),
            Employee.status == EmployeeStatus.ACTIVE,
        )
        .order_by(ApprovalAssignee.id)
    )
    found: dict[int, Asked] = {}
    for line_id, name, asks in rows:
        names = dict.fromkeys((*found.get(line_id, Asked()).names, name))
        found[line_id] = Asked(tuple(names), asks or "")
    return found
