"""Asking somebody else where everyone asked has left or is away. Lock rank: line, approval step."""

from dataclasses import replace
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa

from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.jobs import enqueue
from marketplace.people.queries import person
from redemption.approvals.away.queries import away_now
from redemption.approvals.gates import Asked, Gate
from redemption.approvals.matching import Places, missing_yeses
from redemption.approvals.models import ApprovalAssignee, ApprovalClock, ApprovalStep
from redemption.approvals.operations.deciding import PENDING
from redemption.approvals.operations.passing import given_yeses, people_left, write_assignees
from redemption.approvals.policies import Candidate, people_to_ask
from redemption.approvals.queries.absent import with_absences
from redemption.approvals.queries.circumstances import wanted_of
from redemption.approvals.queries.routing import directory_of
from redemption.approvals.queries.undecided import is_deserted
from redemption.approvals.states import StepState
from redemption.models import RedemptionLine
from redemption.operations.lines import lock_line


def hand_on(step_id: int, *, at: datetime) -> int:
    """Ask those whom the step would ask now; how many. None is found: it waits for its end."""
    step = session().get_one(ApprovalStep, step_id)
    if (line := lock_line(step.line_id, PENDING)) is None:
        return 0
    session().refresh(step)
    if step.state is not StepState.OPEN or not is_deserted(step, at=at):
        return 0
    people = _people_now(step, line, at)
    if not people:
        return 0
    write_assignees(step.id, step.line_id, step.requester_id, people)
    _let_it_wait(step.id)
    names = [who.employee_id for who in people]
    audit.record(None, "approval.handed_on", f"redemption-line:{step.line_id}", at=at, to=names)
    enqueue("redemption.ask_approvers", key=f"{step_id}:{names}", step_id=step_id)
    return len(people)


def _let_it_wait(step_id: int) -> None:
    """Who was just asked has not been silent yet, so it goes through by itself no more."""
    session().execute(
        sa.update(ApprovalClock).where(ApprovalClock.step_id == step_id).values(passes_at=None),
        execution_options={"synchronize_session": False},
    )


def _people_now(step: ApprovalStep, line: RedemptionLine, at: datetime) -> tuple[Candidate, ...]:
    """Somebody not asked about the line before; else somebody a later gate can do without.

    Who is away, with nobody to answer for them, is no help.
    """
    asks, wanted = Asked(step.asks, step.pool or ""), wanted_of(line)
    asker = person(step.requester_id)
    directory = directory_of(asker, [Gate((asks,))], wanted.kind, at=at, without=line.recipient_id)
    directory = with_absences(directory, wanted, at=at)
    asked, answered, here = _asked_on(step)
    taken = {step.requester_id, *answered, *directory.alone}
    if people := people_to_ask(asks, directory, {*taken, *asked}):
        return _as_away(people, step, at)
    people = people_to_ask(asks, directory, {*taken, *here})
    return _as_away(tuple(who for who in people if _others_remain(step, who.employee_id)), step, at)


def _as_away(
    people: tuple[Candidate, ...], step: ApprovalStep, at: datetime
) -> tuple[Candidate, ...]:
    """The same people, with who of those asked before is away, where it is not that they left."""
    before = people_left([step.id]).get(step.id, set())
    away = away_now(before, at=at)
    because = " and ".join(sorted(rows[-1].words for rows in away.values()))
    return tuple(replace(who, because=because) for who in people)


def _asked_on(step: ApprovalStep) -> tuple[set[int], set[int], set[int]]:
    """Who is asked anywhere on the line, who has answered, and who is asked at this very step."""
    rows = session().execute(
        sa.select(ApprovalAssignee.employee_id, ApprovalAssignee.step_id).where(
            ApprovalAssignee.line_id == step.line_id
        )
    )
    pairs = [(row.employee_id, row.step_id) for row in rows]
    answers = session().execute(
        sa.select(ApprovalStep.decided_by_id, ApprovalStep.asked_id).where(
            ApprovalStep.line_id == step.line_id, ApprovalStep.decided_by_id.is_not(None)
        )
    )
    answered = {who for answer in answers for who in answer}
    here = {who for who, step_id in pairs if step_id == step.id}
    return {who for who, _step in pairs}, answered, here


def _others_remain(step: ApprovalStep, who: int) -> bool:
    """Whether everything else that is asked can do without this person."""
    unsettled = {StepState.OPEN, StepState.WAITING}
    rest = session().scalars(
        sa.select(ApprovalStep)
        .where(
            ApprovalStep.line_id == step.line_id,
            ApprovalStep.state.in_(unsettled),
            ApprovalStep.id != step.id,
        )
        .order_by(ApprovalStep.seq)
    )
    gates = [list(gate) for _number, gate in groupby(rest, key=lambda one: one.gate)]
    if not gates:
        return True
    left = people_left([one.id for gate in gates for one in gate])
    return not missing_yeses([_places(gate, left, step, who) for gate in gates])


def _places(
    gate: list[ApprovalStep], left: dict[int, set[int]], step: ApprovalStep, who: int
) -> Places:
    people = tuple(frozenset(left.get(one.id, set()) - {who}) for one in gate)
    given = given_yeses(step.line_id, gate[0].gate) + (gate[0].gate == step.gate)
    return Places(max(gate[0].needed - given, 0), people)
