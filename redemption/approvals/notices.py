"""Letters between the person who asked and those who decide."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.roles import Role
from marketplace.kernel.db import session
from marketplace.people.queries import Person, holders_of, person
from marketplace.web.letters import write_letter
from redemption.approvals.by_mail.letters import answer_link
from redemption.approvals.models import ApprovalNote
from redemption.approvals.queries.undecided import undecided
from redemption.approvals.states import NoteKind
from redemption.notices import about_line, people_of_gate, stand_ins_of_gate


def write_undecided(*, at: datetime) -> int:
    """Tell program managers, or else administrators, of what nobody can decide; how many that is.

    Once a day.
    """
    found = undecided(at=at)
    people = holders_of(Role.PROGRAM_MANAGER) or holders_of(Role.ADMIN)
    for who in people if found else ():
        key = f"requests_undecided:{at.date()}:{who.id}"
        write_letter("requests_undecided", to=who, key=key, at=at, found=found)
    return len(found)


NOTICES = {
    NoteKind.QUESTION: "question",
    NoteKind.ANSWER: "answer",
    NoteKind.REMINDER: "approval_reminder",
}


def pass_on(note_id: int, *, at: datetime) -> None:
    """Carry a question to the requester, an answer or a reminder to those who decide."""
    note = session().get_one(ApprovalNote, note_id)
    about, author = about_line(note.line_id), person(note.author_id)
    deciders = [who for who in people_of_gate(note.step_id) if who.is_active]
    deciders += [one.stand_in for one in stand_ins_of_gate(note.step_id, at=at)]
    people = [about.asker] if note.kind is NoteKind.QUESTION else deciders
    asked_by = _asked_by(note) if note.kind is NoteKind.ANSWER else None
    if asked_by is not None and asked_by not in deciders and asked_by.is_active:
        people = [asked_by, *deciders]
    for who in people:
        write_letter(
            NOTICES[note.kind],
            to=who,
            key=f"approval_note:{note_id}:{who.id}",
            at=at,
            about=about,
            author=author,
            text=note.text,
            has_asked=who == asked_by,
            decides=who in deciders,
            link=answer_link(who.id, note.step_id, at=at) if who in deciders else "",
        )


def _asked_by(answer: ApprovalNote) -> Person | None:
    """Who asked the question that an answer is to."""
    asker_id = session().scalar(
        sa.select(ApprovalNote.author_id)
        .where(
            ApprovalNote.line_id == answer.line_id,
            ApprovalNote.kind == NoteKind.QUESTION,
            ApprovalNote.id < answer.id,
        )
        .order_by(ApprovalNote.id.desc())
        .limit(1)
    )
    return None if asker_id is None else person(asker_id)
