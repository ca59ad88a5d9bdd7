"""What a claw-back left owing: points that come in, or back, fill it first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import in_batches, session
from marketplace.ledger.burning import FreeLot, Taking, take_from
from marketplace.ledger.models import AccountBalance
from marketplace.ledger.operations.posting import change_balances, move_lots
from marketplace.ledger.queries.lots import free_lots
from marketplace.ledger.states import LotMoveKind


def settle_debts(causes: Mapping[int, int], *, at: datetime) -> None:
    """Pay what these accounts owe from their free lots; `causes` names the transfer behind it."""
    for accounts in in_batches(sorted(causes)):
        owed = _owed(accounts)
        lots = by_account(free_lots(list(owed), at=at)) if owed else {}
        for account, points in owed.items():
            _settle(account, causes[account], take_from(lots.get(account, ()), points))


def _owed(accounts: Iterable[int]) -> dict[int, int]:
    rows = session().execute(
        sa.select(AccountBalance.account_id, AccountBalance.floor).where(
            AccountBalance.account_id.in_(accounts), AccountBalance.floor < 0
        )
    )
    return {row.account_id: -row.floor for row in rows}


def _settle(account: int, cause: int, takings: list[Taking]) -> None:
    if not takings:
        return
    paid = sum(taking.points for taking in takings)
    move_lots(LotMoveKind.DEBT, [(cause, taking) for taking in takings])
    change_balances([{"account": account, "by_posted": 0, "by_floor": paid}])


def by_account(lots: Iterable[FreeLot]) -> dict[int, list[FreeLot]]:
    """Lots of each account, in the order they came."""
    grouped: dict[int, list[FreeLot]] = defaultdict(list)
    for lot in lots:
        grouped[lot.account_id].append(lot)
    return grouped
