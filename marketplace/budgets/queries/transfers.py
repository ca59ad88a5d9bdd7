"""Transfers between budgets: what waits for a second person, and what was decided."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.budgets.models import Budget, BudgetRefill, BudgetTransfer
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


def transfer_rows() -> list[TransferRow]:
    """The last transfers, those that wait first."""
    giver, taker = aliased(Budget), aliased(Budget)
    asked, decided = aliased(Employee), aliased(Employee)
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
        )
        .join(giver, giver.id == BudgetTransfer.from_id)
        .join(taker, taker.id == BudgetTransfer.to_id)
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


def transfers_for(employee_id: int) -> int:
    """How many transfers wait for this person: those that somebody else asked for."""
    return (
        session()
        .scalars(
            sa.select(sa.func.count()).where(
                BudgetTransfer.state == TransferState.ASKED,
                BudgetTransfer.asked_by_id != employee_id,
            )
        )
        .one()
    )


def refill_of(budget_id: int) -> BudgetRefill | None:
    """By what rule a budget is refilled, if it is."""
    return session().get(BudgetRefill, budget_id)
