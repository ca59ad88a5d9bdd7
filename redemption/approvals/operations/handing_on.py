"""Asking somebody else where everyone who was asked has left. Lock rank: line, approval step."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.states import Kind
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.jobs import enqueue
from marketplace.people.models import Employee
from marketplace.people.queries import person
from marketplace.people.states import EmployeeStatus
from redemption.approvals.models import ApprovalAssignee, ApprovalStep
from redemption.approvals.operations.deciding import PENDING, write_assignees
from redemption.approvals.policies import people_to_ask
from redemption.approvals.queries.routing import directory_of
from redemption.approvals.states import StepState
from redemption.operations.lines import lock_line


def deserted_steps(*, limit: int = 200) -> list[int]:
    """Steps that are asked of nobody who still works here and has not answered before."""
    other = aliased(ApprovalStep)
    can_answer = (
        sa.exists()
        .where(
            ApprovalAssignee.step_id == ApprovalStep.id,
            Employee.id == ApprovalAssignee.employee_id,
            Employee.status == EmployeeStatus.ACTIVE,
            ~sa.exists().where(
                other.line_id == ApprovalAssignee.line_id,
                other.decided_by_id == ApprovalAssignee.employee_id,
            ),
        )
        .correlate(ApprovalStep)
    )
    wanted = sa.select(ApprovalStep.id).where(ApprovalStep.state == StepState.OPEN, ~can_answer)
    return list(session().scalars(wanted.order_by(ApprovalStep.id).limit(limit)))


def hand_on(step_id: int, *, at: datetime) -> int:
    """Ask those whom the step would ask now; how many. None is found: it waits for its end."""
    step = session().get_one(ApprovalStep, step_id)
    if (line := lock_line(step.line_id, PENDING)) is None:
        return 0
    session().refresh(step)
    if step.state is not StepState.OPEN:
        return 0
    asked = session().scalars(
        sa.select(ApprovalAssignee.employee_id).where(ApprovalAssignee.line_id == step.line_id)
    )
    kind = Kind(line.snapshot["kind"])
    directory = directory_of(person(step.requester_id), {step.asks}, kind, at=at)
    people = people_to_ask(step.asks, directory, {step.requester_id, *asked})
    if not people:
        return 0
    write_assignees(step.id, step.line_id, step.requester_id, people)
    names = [who.employee_id for who in people]
    audit.record(None, "approval.handed_on", f"redemption-line:{step.line_id}", at=at, to=names)
    enqueue("redemption.ask_approvers", key=f"{step_id}:{names}", step_id=step_id)
    return len(people)
