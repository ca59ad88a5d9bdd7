"""Having Stripe's list and keeping how it differs from ours."""

from datetime import timedelta

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.payments.errors import NoGateway
from marketplace.payments.gateway import CannotList
from marketplace.payments.gateways import gateway, mode_here
from marketplace.payments.operations.reconciling import keep_comparison, keep_failure

UNDER_WAY = timedelta(minutes=10)


def reconcile(back: timedelta) -> int | None:
    """Compare what was made since so long ago, but for the last minutes; the id of the report.

    None where nothing takes money.
    """
    until = clock.now() - UNDER_WAY
    since = until - back
    try:
        there, mode = gateway(), mode_here()
    except NoGateway:
        return None
    try:
        told = there.checkouts(since, until)
    except CannotList as problem:
        with transaction():
            return keep_failure(str(problem), since=since, until=until, at=clock.now())
    with transaction():
        return keep_comparison(told, mode, since=since, until=until, at=clock.now())
