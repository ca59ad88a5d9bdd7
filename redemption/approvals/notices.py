"""Letters between the person who asked and those who decide."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.access.roles import Role
from marketplace.kernel.db import session
from marketplace.people.queries import Person, holders_of, person
from marketplace.web.letters import write_letter
from redemption.approvals.by_mail.letters import answer_link
from redemption.approvals.models import ApprovalNote
from redemption.approvals.queries.undecided import undecided
from redemption.approvals.states import NoteKind
from redemption.models import RedemptionLine
from redemption.notices import About, about_line, people_of_gate, stand_ins_of_gate
from redemption.states import LineState


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


NOTICES = {NoteKind.QUESTION: "question", NoteKind.ANSWER: "answer"}


@dataclass(frozen=True, slots=True)
class RemindedOf:
    """One line of a reminder; `link` answers it without signing in."""

    about: About
    link: str


def pass_on(note_id: int, *, at: datetime) -> None:
    """Carry a question to the requester, an answer or a reminder to those who decide."""
    note = session().get_one(ApprovalNote, note_id)
    if note.kind is NoteKind.REMINDER:
        _remind(note, at)
        return
    about, author = about_line(note.line_id), person(note.author_id)
    deciders = _deciders(note.step_id, at)
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


def _deciders(step_id: int, at: datetime) -> list[Person]:
    """Those who may answer at the gate of a step, themselves or in another's place."""
    asked = [who for who in people_of_gate(step_id) if who.is_active]
    return asked + [one.stand_in for one in stand_ins_of_gate(step_id, at=at)]


def _remind(first: ApprovalNote, at: datetime) -> None:
    """One letter to each who decides, about all that they were reminded of together."""
    theirs: dict[int, tuple[Person, list[RemindedOf]]] = {}
    for note in _sent_together(first):
        about = about_line(note.line_id)
        for who in dict.fromkeys(_deciders(note.step_id, at)):
            line = RemindedOf(about, answer_link(who.id, note.step_id, at=at))
            theirs.setdefault(who.id, (who, []))[1].append(line)
    author = person(first.author_id)
    for who, lines in theirs.values():
        key, facts = f"approval_note:{first.id}:{who.id}", {"to": who, "at": at, "author": author}
        if len(lines) > 1:
            points = sum(line.about.points for line in lines)
            write_letter("approvals_reminder", key=key, lines=lines, points=points, **facts)
        else:
            about, link = lines[0].about, lines[0].link
            write_letter("approval_reminder", key=key, about=about, link=link, **facts)


def _sent_together(first: ApprovalNote) -> list[ApprovalNote]:
    """The reminders of one press of a button: about lines of one request that still wait."""
    own, beside = aliased(RedemptionLine), aliased(RedemptionLine)
    found = session().scalars(
        sa.select(ApprovalNote)
        .join(beside, beside.id == ApprovalNote.line_id)
        .join(own, own.redemption_id == beside.redemption_id)
        .where(
            own.id == first.line_id,
            ApprovalNote.kind == NoteKind.REMINDER,
            ApprovalNote.at == first.at,
            beside.state == LineState.PENDING_APPROVAL,
        )
        .order_by(beside.position)
    )
    return list(found)


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
