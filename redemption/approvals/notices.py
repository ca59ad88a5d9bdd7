"""Letters between the person who asked and those who decide."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.queries import person
from marketplace.web.letters import write_letter
from redemption.approvals.models import ApprovalNote, ApprovalStep
from redemption.approvals.states import NoteKind, StepState
from redemption.notices import about_line, people_of_step


def write_asked(line_id: int, *, at: datetime) -> None:
    """Tell those who decide now that they are asked; each once per step."""
    step_id = session().scalar(
        sa.select(ApprovalStep.id).where(
            ApprovalStep.line_id == line_id, ApprovalStep.state == StepState.OPEN
        )
    )
    if step_id is None:
        return
    about = about_line(line_id)
    for approver in people_of_step(step_id):
        key = f"approval_needed:{step_id}:{approver.id}"
        write_letter("approval_needed", to=approver, key=key, at=at, about=about)


def pass_on(note_id: int, *, at: datetime) -> None:
    """Carry a question to the requester, an answer or a reminder to those who decide."""
    note = session().get_one(ApprovalNote, note_id)
    about, author = about_line(note.line_id), person(note.author_id)
    if note.kind is NoteKind.QUESTION:
        people = [about.asker]
    else:
        people = [who for who in people_of_step(note.step_id) if who.is_active]
    notice = {
        NoteKind.QUESTION: "question",
        NoteKind.ANSWER: "answer",
        NoteKind.REMINDER: "approval_reminder",
    }[note.kind]
    for who in people:
        key = f"approval_note:{note_id}:{who.id}"
        write_letter(notice, to=who, key=key, at=at, about=about, author=author, text=note.text)
