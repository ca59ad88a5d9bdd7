"""That somebody who was asked is away, as a column of the statement that reads the steps."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.people.models import Employee
from marketplace.web.filters import day
from redemption.approvals.away.models import Absence
from redemption.approvals.away.reach import in_force, stands_in
from redemption.approvals.models import ApprovalAssignee

_BETWEEN = "|"
_Absence, _StandIn = aliased(Absence), aliased(Employee)


def away_said(at: datetime) -> sa.ScalarSelect[str]:
    """Until when an assignee is away, and who answers for them about the line, if anybody does.

    Read it with `told_away`. An absence in which somebody answers comes before one in which not.
    """
    absence, stand_in = _Absence, _StandIn
    answers = sa.and_(
        stand_in.id == absence.stand_in_id, stands_in(stand_in.id, at, absence=absence)
    )
    found = (
        sa.select(
            sa.cast(absence.last_day, sa.Text) + _BETWEEN + sa.func.coalesce(stand_in.name, "")
        )
        .outerjoin(stand_in, answers)
        .where(absence.employee_id == ApprovalAssignee.employee_id, in_force(at, absence))
        .order_by(stand_in.id.is_(None), absence.id)
        .limit(1)
    )
    return found.correlate(ApprovalAssignee).scalar_subquery()


def told_away(name: str, said: str) -> str:
    """`Wei Zhang answers for Omar Haddad until 4 Dec 2026`; `Omar Haddad is away until …`."""
    until, _, stand_in = said.partition(_BETWEEN)
    last = day(date.fromisoformat(until))
    if stand_in:
        return f"{stand_in} answers for {name} until {last}"
    return f"{name} is away until {last}"
