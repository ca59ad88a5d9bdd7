"""One circuit for each provider, kept in the database so that all workers share it.

After five failures in a row nobody asks for a while; then one asks, and the answer decides for all.
"""

from datetime import datetime

from marketplace.kernel.db import session
from redemption.ordering.adapter import Outcome
from redemption.ordering.models import ProviderAccount
from redemption.ordering.operations.orders import account_of
from redemption.ordering.policies import LEASE, circuit_pause


def wait_for_circuit(account: ProviderAccount, at: datetime) -> datetime | None:
    """Until when nobody asks; none when this caller may. After a pause the first caller is the one.

    The others wait as long as the one may take; its answer lets them go on, or waits longer.
    """
    if account.open_until is None:
        return None
    if account.open_until > at:
        return account.open_until
    account.open_until = at + LEASE
    session().flush()
    return None


def note_answer(provider_id: int, outcome: Outcome, *, at: datetime) -> None:
    """Count a failure and open the circuit when there were too many; an answer closes it."""
    account = account_of(provider_id)
    if account is None:
        return
    if not outcome.is_failure:
        account.failures, account.open_until = 0, None
    else:
        account.failures += 1
        waits = [wait for wait in (circuit_pause(account.failures), outcome.wait) if wait]
        account.open_until = at + max(waits) if waits else None
    session().flush()
