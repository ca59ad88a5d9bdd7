"""Reads of budgets."""

from marketplace.budgets.queries.balances import (
    BudgetLeft,
    BudgetLine,
    budget_choices,
    budget_entries,
    budget_for,
    budget_left,
    budget_named,
    budgets_list,
    owner_of_budget,
    rewards_budget_for,
)

__all__ = [
    "BudgetLeft",
    "BudgetLine",
    "budget_choices",
    "budget_entries",
    "budget_for",
    "budget_left",
    "budget_named",
    "budgets_list",
    "owner_of_budget",
    "rewards_budget_for",
]
