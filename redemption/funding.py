"""Which budget a request draws on beside the points."""

from datetime import datetime

from catalog.states import Kind
from marketplace.budgets.queries import BudgetLeft, rewards_budget_for


def travel_budget(department_id: int | None, kind: Kind, *, at: datetime) -> BudgetLeft | None:
    """The budget that travel of people of a department draws on; none for all else."""
    return rewards_budget_for(department_id, on=at.date()) if kind.is_travel else None
