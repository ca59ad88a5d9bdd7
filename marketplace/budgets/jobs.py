"""What budgets do by the clock."""

from marketplace.budgets.operations.refills import budgets_to_refill, refill_budget
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import DomainError
from marketplace.kernel.jobs import job


@job("budgets.refill", cron="25 0 * * *")
def refill_budgets() -> None:
    """Each night: refill the budgets whose day has come, each in its own transaction."""
    for budget_id in budgets_to_refill(today=clock.today()):
        try:
            with transaction():
                refill_budget(budget_id, today=clock.today(), at=clock.now())
        except DomainError:
            continue  # it is full: it stays as it was, and holds up no other
