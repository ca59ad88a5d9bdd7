"""Starting the clocks of steps that were opened. The caller holds the line's lock."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.calendars.queries import calendars_of
from marketplace.calendars.working_time import WorkCalendar
from marketplace.kernel.db import insert_row, rows_of, said_again
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from redemption.approvals.clock import times_of
from redemption.approvals.models import (
    ApprovalAssignee,
    ApprovalClock,
    ApprovalPolicy,
    ApprovalStep,
)
from redemption.approvals.states import StepState
from redemption.models import RedemptionLine

ONE_DAY = timedelta(days=1)


def wind_clocks(line_id: int, *, at: datetime) -> None:
    """Give each step of a line that was opened its times; the line ends when the last closes."""
    steps = rows_of(_OPEN_STEPS, {"line": line_id})
    if not steps:
        return
    fresh = [row for row in steps if row.closes_at is None]
    calendars = _calendars([row.id for row in fresh])
    times = {
        row.id: times_of(calendars[row.id], at, passes_after=row.passes_after_hours)
        for row in fresh
    }
    closes = [row.closes_at for row in steps if row.closes_at is not None]
    latest = max([*closes, *(one.closes_at for one in times.values())])
    decide_by = min(filter(None, (latest, steps[0].decide_before)))
    for step_id, one in times.items():
        facts = asdict(one) | {"warn_at": min(one.warn_at, decide_by - ONE_DAY)}
        insert_row(ApprovalClock, step_id=step_id, **facts)
    said_again(_DECIDE_BY, {"line": line_id, "decide_by": decide_by})


_DECIDE_BY = sa.update(RedemptionLine).where(RedemptionLine.id == sa.bindparam("line"))
_OPEN_STEPS = (
    sa.select(
        ApprovalStep.id,
        ApprovalPolicy.passes_after_hours,
        ApprovalClock.closes_at,
        RedemptionLine.decide_before,
    )
    .join(ApprovalPolicy, ApprovalPolicy.id == ApprovalStep.policy_id)
    .join(RedemptionLine, RedemptionLine.id == ApprovalStep.line_id)
    .outerjoin(ApprovalClock, ApprovalClock.step_id == ApprovalStep.id)
    .where(ApprovalStep.line_id == sa.bindparam("line"), ApprovalStep.state == StepState.OPEN)
    .order_by(ApprovalStep.id)
)


def _calendars(step_ids: Collection[int]) -> dict[int, list[WorkCalendar]]:
    """By which calendars the people of each step work; who has left counts for nothing."""
    found = [(row.step_id, row.site) for row in rows_of(_SITES, {"steps": list(step_ids)})]
    known = calendars_of({site for _step, site in found})
    return {step_id: [known[site] for of, site in found if of == step_id] for step_id in step_ids}


_SITES = (
    sa.select(ApprovalAssignee.step_id, Employee.site)
    .join(Employee, Employee.id == ApprovalAssignee.employee_id)
    .where(
        ApprovalAssignee.step_id.in_(sa.bindparam("steps", expanding=True)),
        Employee.status == EmployeeStatus.ACTIVE,
    )
    .distinct()
)
