"""Writes of budgets: run inside the caller's transaction."""

from marketplace.budgets.errors import (
    BudgetCommitted,
    BudgetExceeded,
    BudgetFull,
    BudgetMismatch,
    ReferenceReused,
)
from marketplace.budgets.operations.funding import (
    NewBudget,
    fund_budget,
    give_back,
    open_budget,
    release,
    reserve,
    spend,
    spend_reserved,
)

__all__ = [
    "BudgetCommitted",
    "BudgetExceeded",
    "BudgetFull",
    "BudgetMismatch",
    "NewBudget",
    "ReferenceReused",
    "fund_budget",
    "give_back",
    "open_budget",
    "release",
    "reserve",
    "spend",
    "spend_reserved",
]
