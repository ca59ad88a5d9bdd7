"""The gates of a line as they are asked, met, left again and passed. The line is locked before."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import insert_row, session
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import enqueue
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from redemption.approvals.away.reach import keeps_role
from redemption.approvals.matching import best_step
from redemption.approvals.models import ApprovalAssignee, ApprovalDecision, ApprovalStep
from redemption.approvals.operations.winding import wind_clocks
from redemption.approvals.policies import Candidate, Plan
from redemption.approvals.states import ASKED, StepState, Verdict

_QUIETLY = {"synchronize_session": False}


def give_steps(line_id: int, requester_id: int, plan: Plan, *, at: datetime) -> None:
    """Write the plan down as steps and assignees; those of the first gate are open at once."""
    if plan.rule is None:
        return
    for step in plan.steps:
        is_first = step.gate == 1
        step_id = insert_row(
            ApprovalStep,
            line_id=line_id,
            requester_id=requester_id,
            policy_id=plan.rule.id,
            seq=step.seq,
            gate=step.gate,
            needed=step.needed,
            asks=step.asks.who,
            pool=step.asks.pool or None,
            state=StepState.OPEN if is_first else StepState.WAITING,
            opened_at=at if is_first else None,
        )
        write_assignees(step_id, line_id, requester_id, step.assignees)
    wind_clocks(line_id, at=at)


def write_assignees(
    step_id: int,
    line_id: int,
    requester_id: int,
    people: Sequence[Candidate],
    *,
    escalated_at: datetime | None = None,
) -> None:
    """Write down who may answer a step; `escalated_at` when that is because nobody answered."""
    of_step = {"step_id": step_id, "line_id": line_id, "requester_id": requester_id}
    of_step |= {"escalated_at": escalated_at}
    rows = [
        of_step | {"employee_id": who.employee_id, "via": who.via, "because": who.because}
        for who in people
    ]
    session().execute(sa.insert(ApprovalAssignee), rows)


def step_for(who: int, own: Sequence[ApprovalStep], steps: Sequence[ApprovalStep]) -> ApprovalStep:
    """The one of their own open steps that this person's answer is best given to.

    `steps` are all that are open: those somebody else is asked at have to be answered, too.
    """
    if len(own) == 1:
        return own[0]
    can_answer, mine = people_left([step.id for step in steps]), {step.id for step in own}
    others = [
        (step.id, can_answer.get(step.id, set()) | ({who} if step.id in mine else set()))
        for step in steps
    ]
    needed = steps[0].needed - given_yeses(steps[0].line_id, steps[0].gate)
    best = best_step(who, others, needed)
    return next(step for step in steps if step.id == best)


def people_left(step_ids: Sequence[int]) -> dict[int, set[int]]:
    """Of each step those still here, in their role, who answered no other one of the line."""
    other = aliased(ApprovalStep)
    rows = session().execute(
        sa.select(ApprovalAssignee.step_id, ApprovalAssignee.employee_id)
        .join(Employee, Employee.id == ApprovalAssignee.employee_id)
        .where(
            ApprovalAssignee.step_id.in_(step_ids),
            Employee.status == EmployeeStatus.ACTIVE,
            keeps_role(),
            ~sa.exists().where(
                other.line_id == ApprovalAssignee.line_id,
                sa.or_(
                    other.decided_by_id == ApprovalAssignee.employee_id,
                    other.asked_id == ApprovalAssignee.employee_id,
                ),
            ),
        )
    )
    found: dict[int, set[int]] = {}
    for step_id, employee_id in rows:
        found.setdefault(step_id, set()).add(employee_id)
    return found


def given_yeses(line_id: int, gate: int) -> int:
    """How many said yes at a gate, or a policy for them; also those who may take it back."""
    said_yes = sa.exists().where(
        ApprovalDecision.step_id == ApprovalStep.id,
        ApprovalDecision.round == ApprovalStep.round,
        ApprovalDecision.verdict == Verdict.APPROVE,
    )
    is_answered = ApprovalStep.state.in_({StepState.DECIDED, StepState.APPROVED})
    given = session().scalar(
        sa.select(sa.func.count()).where(
            ApprovalStep.line_id == line_id,
            ApprovalStep.gate == gate,
            is_answered,
            sa.or_(ApprovalStep.by_policy, said_yes),
        )
    )
    return given or 0


def balance_gate(step: ApprovalStep, *, at: datetime) -> None:
    """Ask nobody more at a gate that has its yeses, and again where one was taken back."""
    is_met = given_yeses(step.line_id, step.gate) >= step.needed
    was, becomes = StepState.CLOSED, StepState.OPEN
    if is_met:
        was, becomes = becomes, was
    session().execute(
        sa.update(ApprovalStep)
        .where(
            ApprovalStep.line_id == step.line_id,
            ApprovalStep.gate == step.gate,
            ApprovalStep.state == was,
        )
        .values(state=becomes, settled_at=at if is_met else None),
        execution_options=_QUIETLY,
    )
    crashpoint("redemption.gate.balanced")


def is_passed(step: ApprovalStep) -> bool:
    """Whether its gate has its yeses, asks nobody more, and none of its answers can be undone."""
    unsettled = sa.exists().where(
        ApprovalStep.line_id == step.line_id,
        ApprovalStep.gate == step.gate,
        ApprovalStep.state.in_(ASKED),
    )
    if session().scalar(sa.select(unsettled)):
        return False
    return given_yeses(step.line_id, step.gate) >= step.needed


def open_next_gate(line_id: int, *, at: datetime) -> bool:
    """Ask the people of the next gate; False when there is none."""
    waiting = (ApprovalStep.line_id == line_id, ApprovalStep.state == StepState.WAITING)
    gate = sa.select(sa.func.min(ApprovalStep.gate)).where(*waiting).scalar_subquery()
    opened = session().scalars(
        sa.update(ApprovalStep)
        .where(*waiting, ApprovalStep.gate == gate)
        .values(state=StepState.OPEN, opened_at=at)
        .returning(ApprovalStep.id),
        execution_options=_QUIETLY,
    )
    if not (step_ids := opened.all()):
        return False
    wind_clocks(line_id, at=at)
    enqueue("redemption.ask_approvers", key=str(min(step_ids)), step_id=min(step_ids))
    return True


def last_yes(line_id: int, gate: int) -> int | None:
    """Who said the yes of a gate that took effect last."""
    return session().scalar(
        sa.select(ApprovalStep.decided_by_id)
        .where(
            ApprovalStep.line_id == line_id,
            ApprovalStep.gate == gate,
            ApprovalStep.state == StepState.APPROVED,
        )
        .order_by(ApprovalStep.settled_at.desc(), ApprovalStep.id.desc())
        .limit(1)
    )
