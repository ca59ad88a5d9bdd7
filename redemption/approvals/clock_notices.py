"""Letters of the clock: a reminder, somebody above is asked too, it closes tomorrow.

What chimes for several lines of a request at once stands in one letter to each person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from marketplace.kernel.db import session
from marketplace.people.queries import Person
from marketplace.web.letters import write_letter
from redemption.approvals.by_mail.letters import answer_link
from redemption.approvals.clock import Chime
from redemption.approvals.letter_marks import mark_of, marked_key, told_before
from redemption.approvals.models import ApprovalStep
from redemption.approvals.operations.clock import Rung
from redemption.approvals.queries.clock import asked_at
from redemption.notices import About, about_line, beside, people_of_gate, stand_ins_of_gate
from redemption.words import who_decides

# About one line, and about several.
NOTICES = {
    Chime.REMIND: ("approval_due", "approvals_due"),
    Chime.ESCALATE: ("approval_escalated", "approvals_escalated"),
    Chime.WARN: ("request_closing", "requests_closing"),
}


@dataclass(frozen=True, slots=True)
class ToldOf:
    """One line of a letter, as its reader is told of it."""

    about: About
    before: str  # who was asked first
    added: str  # who may answer too from now on
    asked: str  # all of them
    is_new: bool = False  # the reader is one of those added
    link: str = ""  # answers it without signing in; mostly there for who decides


@dataclass(frozen=True, slots=True)
class _Gate:
    """A gate whose clock rang, and its people."""

    rung: Rung
    about: About
    opened_at: datetime
    people: list[Person]
    stand_ins: list[Person]

    @property
    def mark(self) -> str:
        return mark_of(self.rung.line_id, self.rung.gate)

    def readers(self, chime: Chime) -> list[Person]:
        """Who hears of it."""
        if chime is Chime.WARN:
            return [self.about.asker]
        deciders = [*self.people, *self.stand_ins]
        if chime is Chime.ESCALATE:
            return deciders
        asked_here = asked_at(self.rung.step_id) | {who.id for who in self.stand_ins}
        return [who for who in deciders if who.id in asked_here]

    def told(self, who: Person, at: datetime) -> ToldOf:
        added = self.rung.added
        is_asker = who.id == self.about.asker.id
        return ToldOf(
            about=self.about,
            before=who_decides([one.name for one in self.people if one.id not in added]),
            added=who_decides([one.name for one in self.people if one.id in added]),
            asked=who_decides([one.name for one in self.people]),
            is_new=who.id in added,
            link="" if is_asker else answer_link(who.id, self.rung.step_id, at=at),
        )


def write_rungs(rungs: Iterable[Rung], *, at: datetime) -> None:
    """Tell those who are asked, and who asks, what the clocks of a request did; once per gate."""
    gates = [_gate(rung, at) for rung in rungs if rung.chimes - {Chime.PASS}]
    for chime in NOTICES:
        ringing = [gate for gate in gates if chime in gate.rung.chimes]
        for who, theirs in _by_reader(ringing, chime):
            _write(chime, who, theirs, at)


def _by_reader(gates: Iterable[_Gate], chime: Chime) -> list[tuple[Person, dict[str, _Gate]]]:
    """Each reader with the gates they hear of; of several steps of one gate of the first."""
    found: dict[int, tuple[Person, dict[str, _Gate]]] = {}
    for gate in gates:
        for who in gate.readers(chime):
            _reader, theirs = found.setdefault(who.id, (who, {}))
            theirs.setdefault(gate.mark, gate)
    return list(found.values())


def _gate(rung: Rung, at: datetime) -> _Gate:
    step = session().get_one(ApprovalStep, rung.step_id)
    return _Gate(
        rung,
        about_line(rung.line_id),
        step.opened_at or at,
        [who for who in people_of_gate(rung.step_id) if who.is_active],
        [one.stand_in for one in stand_ins_of_gate(rung.step_id, at=at)],
    )


def _write(chime: Chime, who: Person, gates: dict[str, _Gate], at: datetime) -> None:
    one, several = NOTICES[chime]
    told = told_before(one, who.id, since=min(gate.opened_at for gate in gates.values()))
    new = {mark: gate.told(who, at) for mark, gate in gates.items() if mark not in told}
    if not new:
        return
    key, lines = marked_key(one, new, who.id), list(new.values())
    if len(lines) > 1:
        whole, _lines = beside(lines[0].about.line_id)
        points = sum(line.about.points for line in lines)
        write_letter(several, to=who, key=key, at=at, lines=lines, whole=whole, points=points)
        return
    write_letter(one, to=who, key=key, at=at, about=lines[0].about, line=lines[0])
