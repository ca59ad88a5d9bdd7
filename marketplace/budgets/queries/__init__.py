"""Reads of budgets."""

from marketplace.budgets.queries.balances import (
    BudgetLeft,
    BudgetLine,
    budget_choices,
    budget_entries,
    budget_left,
    budget_named,
    budgets_list,
    rewards_budget_for,
)

__all__ = [
    "BudgetLeft",
    "BudgetLine",
    "budget_choices",
    "budget_entries",
    "budget_left",
    "budget_named",
    "budgets_list",
    "rewards_budget_for",
]
