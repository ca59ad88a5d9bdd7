"""How long budgets last at the pace of the last weeks."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.budgets.models import BudgetEntry
from marketplace.budgets.queries.balances import BudgetLeft
from marketplace.budgets.states import EntryKind
from marketplace.kernel.clock import midnight
from marketplace.kernel.db import session

LOOKED_BACK = timedelta(days=90)
FEWEST = 3
_OUT = (EntryKind.SPEND, EntryKind.SPEND_RESERVED)


@dataclass(frozen=True, slots=True)
class Pace:
    """What went out of a budget in the days looked back, and in how many entries."""

    points: int
    entries: int
    days: int


NO_PACE = Pace(0, 0, LOOKED_BACK.days)


def paces(*, today: date) -> dict[int, Pace]:
    """By budget: what went out in the last 90 days, or since its first entry if that is later."""
    since = midnight(today - LOOKED_BACK)
    went_out = BudgetEntry.kind.in_(_OUT)
    points = sa.case(
        (went_out, BudgetEntry.points),
        (BudgetEntry.kind == EntryKind.GIVE_BACK, -BudgetEntry.points),
        else_=0,
    )
    first, older = sa.func.min(BudgetEntry.at), aliased(BudgetEntry)
    is_older = sa.exists().where(older.budget_id == BudgetEntry.budget_id, older.at < since)
    rows = session().execute(
        sa.select(
            BudgetEntry.budget_id,
            sa.cast(sa.func.sum(points), sa.BigInteger),
            sa.func.sum(sa.case((went_out, 1), else_=0)),
            first,
            is_older,
        )
        .where(BudgetEntry.at >= since)
        .group_by(BudgetEntry.budget_id)
    )
    return {
        budget_id: Pace(
            int(out), int(entries), LOOKED_BACK.days if before else max((today - at.date()).days, 1)
        )
        for budget_id, out, entries, at, before in rows
    }


def forecast(budget: BudgetLeft, pace: Pace, *, today: date) -> str:
    """When the budget is used up if it goes on like this. Nothing is said from too little."""
    if budget.ends_on < today:
        return "It has ended"
    if budget.left == 0:
        return "It is used up"
    if pace.entries < FEWEST or pace.points <= 0:
        return "No forecast yet"
    days = budget.left * pace.days // pace.points
    if days > (budget.ends_on - today).days:
        return "It lasts until its end"
    return f"At this pace it is used up in {_about(days)}"


def _about(days: int) -> str:
    if days < 14:
        return f"{days} day{'' if days == 1 else 's'}"
    return f"about {round(days / 7)} weeks"
