"""Letters to those who decide: one for each of them, about all of a request they are asked about.

The lines of one request come to the same people at the same moment; a letter for each would be as
many as there are lines. Its key names every line and gate it is about, so nobody is told twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import session
from marketplace.people.queries import Person
from marketplace.web.letters import write_letter
from redemption.approvals.by_mail.letters import answer_link
from redemption.approvals.letter_marks import mark_of, marked_key, told_before
from redemption.approvals.models import ApprovalStep
from redemption.approvals.states import StepState
from redemption.models import RedemptionLine
from redemption.notices import About, ToldToo, about_line, people_of_gate, stand_ins_of_gate

PREFIX = "approval_needed"


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """One line of a letter; `told` where who reads it answers in another's place."""

    about: About
    told: ToldToo | None
    link: str  # answers it without signing in; mostly there


@dataclass(frozen=True, slots=True)
class _Asked:
    who: Person
    told: ToldToo | None = None


def write_asked(line_id: int, *, at: datetime) -> None:
    """Tell those who decide about a line now that they are asked; each once per gate.

    What else of the same request waits for them stands in the same letter.
    """
    steps = _open_beside(line_id)
    if line_id not in {step.line_id for step in steps}:
        return
    asked = {step.line_id: _people_of(step, at) for step in steps}
    for who_id, one in asked[line_id].items():
        theirs = [step for step in steps if who_id in asked[step.line_id]]
        told_before = _told(who_id, theirs)
        new = [step for step in theirs if _mark(step) not in told_before]
        if line_id in {step.line_id for step in new}:
            _write(one.who, [(step, asked[step.line_id][who_id].told) for step in new], at)


def _open_beside(line_id: int) -> list[ApprovalStep]:
    """The first open step of a line and of each that was asked for with it, in their order."""
    own, beside = aliased(RedemptionLine), aliased(RedemptionLine)
    found = session().scalars(
        sa.select(ApprovalStep)
        .join(beside, beside.id == ApprovalStep.line_id)
        .join(own, own.redemption_id == beside.redemption_id)
        .where(own.id == line_id, ApprovalStep.state == StepState.OPEN)
        .order_by(beside.position, ApprovalStep.seq)
    )
    first: dict[int, ApprovalStep] = {}
    for step in found:
        first.setdefault(step.line_id, step)
    return list(first.values())


def _people_of(step: ApprovalStep, at: datetime) -> dict[int, _Asked]:
    """Who answers at the gate of a step, themselves or for somebody, by their id."""
    people = {who.id: _Asked(who) for who in people_of_gate(step.id) if who.is_active}
    for one in stand_ins_of_gate(step.id, at=at):
        people.setdefault(one.stand_in.id, _Asked(one.stand_in, one))
    return people


def _mark(step: ApprovalStep) -> str:
    return mark_of(step.line_id, step.gate)


def _told(who_id: int, steps: Iterable[ApprovalStep]) -> set[str]:
    """Which lines, at which gates, letters to somebody told of since these steps are open."""
    since = min(step.opened_at for step in steps if step.opened_at is not None)
    return told_before(PREFIX, who_id, since=since)


def _write(who: Person, asked: list[tuple[ApprovalStep, ToldToo | None]], at: datetime) -> None:
    lines = [
        AskedAbout(about_line(step.line_id), told, answer_link(who.id, step.id, at=at))
        for step, told in asked
    ]
    key = marked_key(PREFIX, [_mark(step) for step, _told in asked], who.id)
    if len(lines) > 1:
        points = sum(line.about.points for line in lines)
        write_letter("approvals_needed", to=who, key=key, at=at, lines=lines, points=points)
        return
    one = lines[0]
    more = {} if one.told is None else {"told": one.told}
    write_letter(PREFIX, to=who, key=key, at=at, about=one.about, link=one.link, **more)
