"""Work for later around payments: going on, what was lost, letters, and comparing lists."""

from datetime import timedelta

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import enqueue, job
from marketplace.payments import notices, queries, reconciler, runner
from marketplace.payments.policies import LOST_AFTER

COMPARED = timedelta(days=7)


@job("payments.go_on")
def go_on(payment_id: int) -> None:
    """Do the next thing about a payment."""
    runner.go_on(payment_id)


@job("payments.give_back")
def give_back(refund_id: int) -> None:
    """Ask for a refund."""
    runner.give_back(refund_id)


@job("payments.sweep", cron="* * * * *")
def sweep() -> None:
    """Take up payments and refunds whose own job was lost, each in a job of its own."""
    at = clock.now()
    payments, refunds = queries.due(at=at - LOST_AFTER)
    session().close()
    if not payments and not refunds:
        return
    minute = f"{at:%Y-%m-%dT%H:%M}"
    with transaction():
        for payment_id in payments:
            enqueue("payments.go_on", key=f"{payment_id}:{minute}", payment_id=payment_id)
        for refund_id in refunds:
            enqueue("payments.give_back", key=f"{refund_id}:{minute}", refund_id=refund_id)


@job("payments.tell_late")
def tell_late(payment_id: int) -> None:
    """Tell whoever paid that the money goes back."""
    with transaction():
        notices.write_late(payment_id, at=clock.now())


@job("payments.reconcile", cron="40 3 * * *")
@job("payments.reconcile_now")
def reconcile() -> None:
    """Compare Stripe's list of the last week with ours, each night and when finance asks for it."""
    reconciler.reconcile(COMPARED)
