"""What waits for a budget, and whether it could be granted now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.models import WaitingSettlement
from marketplace.budgets.models import Budget, BudgetBalance
from marketplace.kernel.db import session
from marketplace.programs.models import Program


@dataclass(frozen=True, slots=True)
class Waiting:
    """A program whose awards its budget could not give: what it needs, and what is left now."""

    slug: str
    program: str
    budget: str
    budget_slug: str
    needed: int
    left: int
    since: datetime

    @property
    def missing(self) -> int:
        """Points the budget lacks; 0 when it could give them now."""
        return max(self.needed - self.left, 0)


def waiting_settlements() -> list[Waiting]:
    """Everything that waits, the oldest first."""
    rows = session().execute(
        sa.select(
            Program.slug,
            Program.name,
            Budget.name,
            Budget.slug,
            WaitingSettlement.needed,
            BudgetBalance.left,
            WaitingSettlement.since,
        )
        .join(Program, Program.id == WaitingSettlement.program_id)
        .join(Budget, Budget.id == WaitingSettlement.budget_id)
        .join(BudgetBalance, BudgetBalance.budget_id == Budget.id)
        .order_by(WaitingSettlement.since, Program.id)
    )
    return [Waiting(*row) for row in rows]


def waiting_programs(budget_id: int) -> Sequence[int]:
    """The programs that wait for a budget, the oldest first."""
    return (
        session()
        .scalars(
            sa.select(WaitingSettlement.program_id)
            .where(WaitingSettlement.budget_id == budget_id)
            .order_by(WaitingSettlement.since, WaitingSettlement.program_id)
        )
        .all()
    )


def programs_waiting(_actor: Actor) -> sa.ScalarSelect[int]:
    """How many programs wait for a budget, for the menu."""
    return sa.select(sa.func.count()).select_from(WaitingSettlement).scalar_subquery()
