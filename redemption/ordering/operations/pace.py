"""No more orders a minute than a provider takes: each gets a turn of its own and keeps it.

Who comes in a crowd is told its turn once and sleeps until then; nobody asks again and again. Who
missed it, because the provider did not answer meanwhile, gets another, so that no crowd comes then.
"""

from datetime import datetime

from marketplace.kernel.db import session
from redemption.ordering.models import ProviderAccount, ProviderOrder
from redemption.ordering.policies import turn_is_missed, turns_apart


def wait_for_turn(order: ProviderOrder, account: ProviderAccount, at: datetime) -> datetime | None:
    """Until when an order waits for its turn; None when it is its turn. The account is locked."""
    if account.a_minute is None:
        return None
    turn = order.turn_at
    if turn is None or turn_is_missed(turn, at):
        turn = max(account.free_at or at, at)
        order.turn_at, account.free_at = turn, turn + turns_apart(account.a_minute)
        session().flush()
    return turn if turn > at else None
