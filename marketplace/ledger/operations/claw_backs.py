"""Taking points back that a correction shows were not earned."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import in_batches, session
from marketplace.ledger.burning import FreeLot, Taking, take_from
from marketplace.ledger.models import Lot, Transfer
from marketplace.ledger.operations.accounts import lock_members, same_transfers, shared_account
from marketplace.ledger.operations.debts import by_account
from marketplace.ledger.operations.posting import (
    change_balances,
    move_lots,
    post_new,
    transfer_row,
)
from marketplace.ledger.queries.lots import free_lots
from marketplace.ledger.states import AccountKind, LotMoveKind, TransferKind


@dataclass(frozen=True, slots=True)
class ClawBack:
    """Points to take from one member back into the budget. `of_source_key` names the grant."""

    employee_id: int
    points: int
    budget_id: int
    source_key: str
    of_source_key: str
    reason: str
    reference: str
    occurred_at: datetime


def claw_back_points(claw: ClawBack, *, actor_id: int | None, at: datetime) -> int:
    """Take points back and answer the transfer; once per source key.

    The lot of the grant itself gives first, then the others in burn order; what is held stays held.
    What is missing is owed: later points fill it before they can be spent.
    """
    return claw_back_many([claw], actor_id=actor_id, at=at)[0]


def claw_back_many(claws: Sequence[ClawBack], *, actor_id: int | None, at: datetime) -> list[int]:
    """As claw_back_points for many at once; transfers in the order of `claws`."""
    if not claws:
        return []
    rows = _rows(claws, actor_id, at)
    new = post_new(list(rows.values()))
    known = {key: row for key, row in rows.items() if key not in new}
    old = same_transfers(known.values()) if known else {}
    fresh = {claw.source_key: claw for claw in claws if claw.source_key in new}
    _take([(new[key], rows[key]["debit_id"], claw) for key, claw in fresh.items()], at)
    ids = new | old
    return [ids[claw.source_key] for claw in claws]


def _rows(
    claws: Sequence[ClawBack], actor_id: int | None, at: datetime
) -> dict[str, dict[str, Any]]:
    members = lock_members({claw.employee_id for claw in claws}, at=at)
    budgets = {
        budget_id: shared_account(AccountKind.BUDGET, budget_id, at=at)
        for budget_id in sorted({claw.budget_id for claw in claws})
    }
    return {
        claw.source_key: transfer_row(
            TransferKind.CLAW_BACK,
            members[claw.employee_id],
            budgets[claw.budget_id],
            claw.points,
            source_key=claw.source_key,
            reference=claw.reference,
            reason=claw.reason,
            journal=f"claw-backs:{at.isoformat()}",
            actor_id=actor_id,
            occurred_at=claw.occurred_at,
            posted_at=at,
        )
        for claw in claws
    }


def _take(posted: list[tuple[int, int, ClawBack]], at: datetime) -> None:
    accounts = sorted({account for _, account, _ in posted})
    lots = by_account(free_lots(accounts, at=at))
    origins = _origins([claw.of_source_key for _, _, claw in posted])
    moves: list[tuple[int, Taking]] = []
    changes: list[dict[str, int]] = []
    for transfer, account, claw in posted:
        own = lots.get(account, [])
        takings = take_from(_origin_first(own, origins.get(claw.of_source_key)), claw.points)
        lots[account] = _left(own, takings)
        moves += [(transfer, taking) for taking in takings]
        missing = claw.points - sum(taking.points for taking in takings)
        changes.append({"account": account, "by_posted": -claw.points, "by_floor": -missing})
    move_lots(LotMoveKind.CLAW_BACK, moves)
    change_balances(changes)


def _origins(source_keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for keys in in_batches(sorted(set(source_keys))):
        rows = session().execute(
            sa.select(Transfer.source_key, Lot.id)
            .join(Lot, Lot.transfer_id == Transfer.id)
            .where(Transfer.kind == TransferKind.GRANT, Transfer.source_key.in_(keys))
        )
        found |= {str(row.source_key): row.id for row in rows}
    return found


def _origin_first(lots: Iterable[FreeLot], origin: int | None) -> list[FreeLot]:
    return sorted(lots, key=lambda lot: lot.id != origin)


def _left(lots: Iterable[FreeLot], takings: Sequence[Taking]) -> list[FreeLot]:
    taken = {taking.lot_id: taking.points for taking in takings}
    rest = (replace(lot, free=lot.free - taken.get(lot.id, 0)) for lot in lots)
    return [lot for lot in rest if lot.free]
