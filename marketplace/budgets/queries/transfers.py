"""Transfers between budgets: what waits for a second person, and what was decided."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.access.actor import Actor
from marketplace.budgets.models import Budget, BudgetBalance, BudgetRefill, BudgetTransfer
from marketplace.budgets.states import TransferState
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee

LAST = 50


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A transfer as a line: from where to where, how much, why, who asked and who decided."""

    id: int
    giver: str
    taker: str
    points: int
    reason: str
    state: TransferState
    asked_by_id: int
    asked_by: str
    asked_at: datetime
    decided_by: str
    note: str
    giver_left: int
    taker_left: int

    @property
    def missing(self) -> int:
        """Points the giver lacks for it now; 0 when it has enough."""
        return max(self.points - self.giver_left, 0)


def transfer_rows() -> list[TransferRow]:
    """The last transfers, those that wait first."""
    giver, taker = aliased(Budget), aliased(Budget)
    asked, decided = aliased(Employee), aliased(Employee)
    gives, takes = aliased(BudgetBalance), aliased(BudgetBalance)
    rows = session().execute(
        sa.select(
            BudgetTransfer.id,
            giver.name,
            taker.name,
            BudgetTransfer.points,
            BudgetTransfer.reason,
            BudgetTransfer.state,
            BudgetTransfer.asked_by_id,
            asked.name,
            BudgetTransfer.asked_at,
            sa.func.coalesce(decided.name, ""),
            BudgetTransfer.note,
            gives.left,
            takes.left,
        )
        .join(giver, giver.id == BudgetTransfer.from_id)
        .join(taker, taker.id == BudgetTransfer.to_id)
        .join(gives, gives.budget_id == giver.id)
        .join(takes, takes.budget_id == taker.id)
        .join(asked, asked.id == BudgetTransfer.asked_by_id)
        .outerjoin(decided, decided.id == BudgetTransfer.decided_by_id)
        .order_by(BudgetTransfer.state != TransferState.ASKED, BudgetTransfer.id.desc())
        .limit(LAST)
    )
    return [TransferRow(*row) for row in rows]


def refuse_unknown(transfer_id: int) -> None:
    """Raise NotFound when there is no such transfer."""
    if session().get(BudgetTransfer, transfer_id) is None:
        raise NotFound("There is no such transfer.")


def transfers_for(actor: Actor) -> sa.ScalarSelect[int]:
    """How many transfers wait for this person: those that somebody else asked for."""
    return (
        sa.select(sa.func.count(BudgetTransfer.id))
        .where(
            BudgetTransfer.state == TransferState.ASKED,
            BudgetTransfer.asked_by_id != actor.employee_id,
        )
        .scalar_subquery()
    )


def refill_of(budget_id: int) -> BudgetRefill | None:
    """By what rule a budget is refilled, if it is."""
    return session().get(BudgetRefill, budget_id)
