"""Who is asked, or was, about lines that went through approval."""

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from redemption.approvals.models import (
    ApprovalAssignee,
    ApprovalStep,
)
from redemption.approvals.states import ASKED


def names_asked(line_ids: list[int]) -> dict[int, tuple[str, ...]]:
    """Of each line the names of those still here whose answer it waits for, or just got."""
    if not line_ids:
        return {}
    rows = session().execute(
        sa.select(ApprovalStep.line_id, Employee.name)
        .join(ApprovalAssignee, ApprovalAssignee.step_id == ApprovalStep.id)
        .join(Employee, Employee.id == ApprovalAssignee.employee_id)
        .where(
            ApprovalStep.line_id.in_(line_ids),
            ApprovalStep.state.in_(ASKED),
            Employee.status == EmployeeStatus.ACTIVE,
        )
        .order_by(ApprovalAssignee.id)
    )
    names: dict[int, tuple[str, ...]] = {}
    for line_id, name in rows:
        if name not in names.get(line_id, ()):
            names[line_id] = (*names.get(line_id, ()), name)
    return names
