"""What a step's clock does when its time has come: remind, escalate, warn, let through.

Each once: the line's lock makes a rival wait, and the guarded UPDATE finds what it left. Lock
rank: line, approval step.
"""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest

import sqlalchemy as sa

from marketplace.kernel import audit
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.faults import crashpoint
from marketplace.people.queries import people_by_id, person
from marketplace.web.filters import so_many
from redemption.approvals.clock import Chime, chimes_due
from redemption.approvals.gates import Asked, Gate
from redemption.approvals.models import ApprovalAssignee, ApprovalClock, ApprovalStep
from redemption.approvals.operations.deciding import PENDING, go_on
from redemption.approvals.operations.passing import balance_gate, people_left, write_assignees
from redemption.approvals.policies import Candidate, people_to_ask
from redemption.approvals.queries.absent import absent_among, with_absences
from redemption.approvals.queries.circumstances import wanted_of
from redemption.approvals.queries.clock import kept_for, rule_behind
from redemption.approvals.queries.routing import directory_of, managers_of
from redemption.approvals.states import StepState
from redemption.models import RedemptionLine
from redemption.operations.lines import lock_line

_DONE = {
    Chime.PASS: "looked_at",
    Chime.REMIND: "reminded_at",
    Chime.ESCALATE: "escalated_at",
    Chime.WARN: "warned_at",
}


@dataclass(frozen=True, slots=True)
class Rung:
    """What a clock just did; `added` are those who may answer from now on, too."""

    step_id: int
    line_id: int
    gate: int
    chimes: frozenset[Chime] = frozenset()
    added: frozenset[int] = field(default_factory=frozenset)


def ring(step_id: int, *, at: datetime) -> Rung:
    """Do what is due for a step, once. Nothing where it waits no more or ends by now."""
    step = session().get_one(ApprovalStep, step_id)
    nothing = Rung(step_id, step.line_id, step.gate)
    line = lock_line(step.line_id, PENDING)
    if line is None or (line.decide_by is not None and line.decide_by <= at):
        return nothing
    clock = session().get(ApprovalClock, step_id, populate_existing=True)
    session().refresh(step)
    if clock is None or step.state is not StepState.OPEN:
        return nothing
    due = _due(clock, at)
    if line.decide_by is not None and clock.closes_at < line.decide_by:
        due.discard(Chime.WARN)  # a step beside it closes later
    if not due or not _mark(clock, due, at):
        return nothing
    if Chime.PASS in due and _passes(step, line, at):
        return Rung(step_id, line.id, step.gate, frozenset({Chime.PASS}))
    added = _escalate(step, line, at) if Chime.ESCALATE in due else frozenset[int]()
    for chime in sorted(due - {Chime.PASS, Chime.ESCALATE}):
        audit.record(None, f"approval.{chime}", _subject(line.id), at=at, step=step_id)
    crashpoint("redemption.clock.rung")
    return Rung(step_id, line.id, step.gate, frozenset(due - {Chime.PASS}), added)


def _due(clock: ApprovalClock, at: datetime) -> set[Chime]:
    times = {
        Chime.PASS: clock.passes_at,
        Chime.REMIND: clock.remind_at,
        Chime.ESCALATE: clock.escalate_at,
        Chime.WARN: clock.warn_at,
    }
    done = [chime for chime, column in _DONE.items() if getattr(clock, column) is not None]
    return chimes_due(times, done, at)


def _mark(clock: ApprovalClock, due: set[Chime], at: datetime) -> bool:
    """Write down that it is done; False where somebody else was faster."""
    columns = {_DONE[chime] for chime in due}
    changes = dict.fromkeys(columns, at)
    if Chime.ESCALATE in due and clock.reminded_at is None:
        changes["reminded_at"] = at
    changed = session().execute(
        sa.update(ApprovalClock)
        .where(
            ApprovalClock.step_id == clock.step_id,
            *(getattr(ApprovalClock, column).is_(None) for column in columns),
        )
        .values(changes),
        execution_options={"synchronize_session": False},
    )
    return rows_changed(changed) == 1


def _escalate(step: ApprovalStep, line: RedemptionLine, at: datetime) -> frozenset[int]:
    """Ask somebody above beside those who were asked; their ids, none where nobody is left."""
    people = _people_above(step, line, at)
    if people:
        write_assignees(step.id, line.id, step.requester_id, people, escalated_at=at)
    crashpoint("redemption.clock.escalated")
    names = [who.employee_id for who in people]
    audit.record(None, "approval.escalate", _subject(line.id), at=at, step=step.id, to=names)
    return frozenset(names)


def _people_above(step: ApprovalStep, line: RedemptionLine, at: datetime) -> tuple[Candidate, ...]:
    """The nearest manager of who was asked; where there is none, whom the step falls back to.

    Never who asked for it, and nobody who was asked about any step of it already.
    """
    asked = session().execute(
        sa.select(ApprovalAssignee.step_id, ApprovalAssignee.employee_id)
        .where(ApprovalAssignee.line_id == line.id)
        .order_by(ApprovalAssignee.id)
    )
    rows = asked.all()
    taken = {step.requester_id, *(row.employee_id for row in rows), *_answered(line.id)}
    taken |= {line.recipient_id} - {None}
    here = [row.employee_id for row in rows if row.step_id == step.id]
    people = people_by_id(here)
    ladders = [(people[one].name, managers_of(people[one])) for one in here]
    above_all = {who.employee_id for _name, managers in ladders for who in managers}
    wanted = wanted_of(line)
    away = absent_among(above_all - taken, step.requester_id, wanted, at=at)
    taken |= {who for who, one in away.items() if one.stand_in_id is None}
    for rungs in zip_longest(*(managers for _name, managers in ladders)):  # the nearest first
        for (name, _managers), above in zip(ladders, rungs, strict=True):
            if above is not None and above.employee_id not in taken:
                return (Candidate(above.employee_id, above.name, f"manager of {name}"),)
    asks = Asked(step.asks, step.pool or "")
    directory = directory_of(person(step.requester_id), [Gate((asks,))], wanted.kind, at=at)
    return people_to_ask(asks, with_absences(directory, wanted, at=at), taken)


def _answered(line_id: int) -> set[int]:
    """Who has an answer on a line, also one given in another's place."""
    answered = session().scalars(
        sa.select(ApprovalStep.decided_by_id).where(
            ApprovalStep.line_id == line_id, ApprovalStep.decided_by_id.is_not(None)
        )
    )
    return {who for who in answered if who is not None}


def _passes(step: ApprovalStep, line: RedemptionLine, at: datetime) -> bool:
    """Let the policy say yes in everybody's place, where all it asks for still holds."""
    rule = rule_behind(step)
    deserted = "" if people_left([step.id]) else "Nobody who was asked works here any more."
    if why_not := deserted or kept_for(step, line, rule, at=at):
        session().execute(
            sa.update(ApprovalClock)
            .where(ApprovalClock.step_id == step.id)
            .values(kept_for=why_not),
            execution_options={"synchronize_session": False},
        )
        audit.record(None, "approval.kept", _subject(line.id), at=at, step=step.id, why=why_not)
        return False
    changed = session().execute(
        sa.update(ApprovalStep)
        .where(ApprovalStep.id == step.id, ApprovalStep.state == StepState.OPEN)
        .values(state=StepState.APPROVED, by_policy=True, settled_at=at),
        execution_options={"synchronize_session": False},
    )
    if rows_changed(changed) != 1:
        return False
    crashpoint("redemption.clock.passed")
    policy = f"{rule.slug} v{rule.version}"
    audit.record(None, "approval.passed", _subject(line.id), at=at, step=step.id, policy=policy)
    hours = rule.passes_after_hours or 0
    within = so_many(hours, "working hour")
    balance_gate(step, at=at)
    note = f"Nobody answered within {within}, so the policy let it through."
    go_on(line, step, at=at, note=note)
    return True


def _subject(line_id: int) -> str:
    return f"redemption-line:{line_id}"
