"""What budgets do by the clock, and their letters."""

import logging

from marketplace.budgets import notices
from marketplace.budgets.operations.refills import budgets_to_refill, refill_budget
from marketplace.budgets.states import TransferState
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import DomainError
from marketplace.kernel.jobs import job

log = logging.getLogger(__name__)


@job("budgets.refill", cron="25 0 * * *")
def refill_budgets() -> None:
    """Each night: refill the budgets whose day has come, each in its own transaction.

    One that can't be refilled (it would be too full) keeps no other from it, and is tried again.
    """
    for budget_id in budgets_to_refill(today=clock.today()):
        try:
            with transaction():
                refill_budget(budget_id, today=clock.today(), at=clock.now())
        except DomainError as refusal:
            log.warning("Budget %s was not refilled: %s", budget_id, refusal.message)


@job("budgets.tell_transfer")
def tell_transfer(transfer_id: int, state: str) -> None:
    """Write the letters about one step of a transfer; again changes nothing."""
    with transaction():
        notices.tell_transfer(transfer_id, TransferState(state), at=clock.now())
