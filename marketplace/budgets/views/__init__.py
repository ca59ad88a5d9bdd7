"""Budgets in the browser."""

from marketplace.budgets.views import budgets, transfers

blueprints = (budgets.bp, transfers.bp)
