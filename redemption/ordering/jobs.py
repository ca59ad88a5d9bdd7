"""Work for later around orders: going on, what was lost, what is left, and comparing lists."""

from datetime import datetime

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import enqueue, job
from redemption.ordering import (
    notices,
    outflow,  # noqa: F401  tells a forecast what cards cost
    queries,
    runner,
)
from redemption.ordering.operations import wanting  # noqa: F401  takes provider's lines over
from redemption.ordering.policies import LOST_AFTER


@job("ordering.go_on")
def go_on(order_id: int) -> None:
    """Do the next thing about an order."""
    runner.go_on(order_id)


@job("ordering.sweep", cron="* * * * *")
def sweep() -> None:
    """Take up orders whose own job was lost, each in a job of its own."""
    at = clock.now()
    lost = queries.due_orders(at=at - LOST_AFTER)
    session().close()
    if not lost:
        return
    with transaction():
        for order_id, version in lost:
            key = f"{order_id}:{version}:{at:%Y-%m-%dT%H:%M}"
            enqueue("ordering.go_on", key=key, order_id=order_id)


@job("ordering.funds", cron="*/5 * * * *")
def funds() -> None:
    """Look what is left everywhere, and let orders go on that waited for it."""
    rows = queries.accounts()
    session().close()
    for row in rows:
        if row.open_until is None or row.open_until <= clock.now():
            runner.look_at_funds(row.provider_id, wake=True)


@job("ordering.look_at_funds")
def look_at_funds(provider_id: int) -> None:
    """Look what is left after an order found nothing; what waits goes on later."""
    runner.look_at_funds(provider_id, wake=False)


@job("ordering.tell_low")
def tell_low(provider_id: int, since: str) -> None:
    """Tell those who can pay in that little is left."""
    with transaction():
        notices.write_low(provider_id, datetime.fromisoformat(since), at=clock.now())


@job("ordering.reconcile", cron="10 3 * * *")
@job("ordering.reconcile_now")
def reconcile() -> None:
    """Compare every provider's list with ours, each night and when the desk asks for it."""
    rows = queries.accounts()
    session().close()
    for row in rows:
        runner.reconcile(row.provider_id)
