"""How a nomination award is taken up: who nominates whom, department by department."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import session
from marketplace.people.models import Department, Employee
from marketplace.people.states import EmployeeStatus
from marketplace.programs.nominations.models import Nomination, NominationRound
from marketplace.programs.nominations.states import NominationState


@dataclass(frozen=True, slots=True)
class Flow:
    """Nominations from the people of one department for those of another."""

    giver: str
    taker: str
    nominations: int
    nominators: int
    people: int

    @property
    def is_across(self) -> bool:
        """Whether they cross from one department to another."""
        return self.giver != self.taker

    @property
    def share(self) -> str:
        """How many of the department's people took part."""
        return f"{self.nominators:,} of {self.people:,}" if self.people else f"{self.nominators:,}"


def flows_of(program_id: int) -> list[Flow]:
    """Who nominates whom, by the departments of the day each nomination was sent."""
    giver, taker = aliased(Department), aliased(Department)
    people = (
        sa.select(sa.func.count())
        .where(
            Employee.department_id == Nomination.nominator_department_id,
            Employee.status == EmployeeStatus.ACTIVE,
        )
        .correlate(Nomination)
        .scalar_subquery()
    )
    rows = session().execute(
        sa.select(
            sa.func.coalesce(giver.name, "Without a department"),
            sa.func.coalesce(taker.name, "Without a department"),
            sa.func.count(),
            sa.func.count(sa.distinct(Nomination.nominator_id)),
            people,
        )
        .select_from(Nomination)
        .join(NominationRound, NominationRound.id == Nomination.round_id)
        .outerjoin(giver, giver.id == Nomination.nominator_department_id)
        .outerjoin(taker, taker.id == Nomination.nominee_department_id)
        .where(NominationRound.program_id == program_id, Nomination.state == NominationState.SENT)
        .group_by(
            Nomination.nominator_department_id,
            Nomination.nominee_department_id,
            giver.name,
            taker.name,
        )
        .order_by(sa.func.count().desc(), giver.name, taker.name)
    )
    return [Flow(*row) for row in rows]


def share_across(flows: list[Flow]) -> str:
    """How many nominations cross departments, exact: 6 of 8."""
    across = sum(flow.nominations for flow in flows if flow.is_across)
    return f"{across:,} of {sum(flow.nominations for flow in flows):,}"
