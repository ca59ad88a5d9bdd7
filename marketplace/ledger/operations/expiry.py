"""Points whose last day has passed leave for the breakage account."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import in_batches, session
from marketplace.ledger.burning import Taking
from marketplace.ledger.models import Lot
from marketplace.ledger.operations.accounts import lock_balances, shared_account
from marketplace.ledger.operations.posting import (
    LOTS,
    add_lots,
    change_balances,
    last_day,
    move_lots,
    post,
    transfer_row,
)
from marketplace.ledger.queries.lots import is_overdue
from marketplace.ledger.states import AccountKind, LotMoveKind, TransferKind


@dataclass(frozen=True, slots=True)
class ExpiryReport:
    """What one run took: lots, points and members; `is_done` when nothing more is due."""

    lots: int
    points: int
    members: int
    is_done: bool


def expire_points(*, at: datetime, limit: int = 1_000) -> ExpiryReport:
    """Expire what is due of up to `limit` members; held points stay until they come back.

    Run it again until `is_done`; twice changes nothing.
    """
    accounts = list(
        session().scalars(
            sa.select(Lot.account_id)
            .where(is_overdue(at), sa.or_(Lot.remaining > Lot.held, Lot.remaining == 0))
            .distinct()
            .order_by(Lot.account_id)
            .limit(limit + 1)
        )
    )
    is_done = len(accounts) <= limit
    taken: list[Any] = []
    for batch in in_batches(accounts[:limit]):
        lock_balances(batch)
        overdue = _overdue(at, Lot.account_id.in_(batch))
        _expire(overdue, at)
        _close(at, Lot.account_id.in_(batch))
        taken += overdue
    return ExpiryReport(
        lots=len(taken),
        points=sum(lot.free for lot in taken),
        members=len({lot.account_id for lot in taken}),
        is_done=is_done,
    )


def expire_returned(
    account_id: int, lot_ids: Sequence[int], *, at: datetime, grace_days: int
) -> None:
    """Points came back after their last day: they expire at once, or go on for `grace_days`.

    The account is locked already. Graced points stand in a new lot that names the old one.
    """
    overdue = _overdue(at, Lot.id.in_(lot_ids))
    expired = _expire(overdue, at)
    _close(at, Lot.id.in_(lot_ids))
    if grace_days > 0 and overdue:
        _grant_grace(account_id, list(zip(expired, overdue, strict=True)), at, grace_days)


def _overdue(at: datetime, which: sa.ColumnElement[bool]) -> list[Any]:
    rows = session().execute(
        sa.select(Lot.id, Lot.account_id, Lot.expires_at, (Lot.remaining - Lot.held).label("free"))
        .where(which, is_overdue(at), Lot.remaining > Lot.held)
        .order_by(Lot.account_id, Lot.expires_at, Lot.id)
    )
    return list(rows)


def _expire(overdue: Sequence[Any], at: datetime) -> list[int]:
    if not overdue:
        return []
    breakage = shared_account(AccountKind.BREAKAGE, at=at)
    transfers = post(
        [
            transfer_row(
                TransferKind.EXPIRY,
                lot.account_id,
                breakage,
                lot.free,
                reference=f"lot:{lot.id}",
                journal=f"expiry:{at.isoformat()}",
                reason=f"Expired: their last day was {last_day(lot.expires_at)}",
                occurred_at=lot.expires_at,
                posted_at=at,
            )
            for lot in overdue
        ]
    )
    move_lots(
        LotMoveKind.EXPIRY,
        [
            (transfer, Taking(lot.id, lot.free))
            for transfer, lot in zip(transfers, overdue, strict=True)
        ],
    )
    totals: Counter[int] = Counter()
    for lot in overdue:
        totals[lot.account_id] += lot.free
    change_balances(
        [
            {"account": account, "by_posted": -points, "by_floor": 0}
            for account, points in totals.items()
        ]
    )
    return transfers


def _close(at: datetime, which: sa.ColumnElement[bool]) -> None:
    session().execute(
        sa.update(LOTS)
        .where(which, is_overdue(at), LOTS.c.remaining == 0, LOTS.c.held == 0)
        .values(closed_at=at)
    )


def _grant_grace(
    account_id: int, expired: Sequence[tuple[int, Any]], at: datetime, grace_days: int
) -> None:
    breakage = shared_account(AccountKind.BREAKAGE, at=at)
    until = at + timedelta(days=grace_days)
    transfers = post(
        [
            transfer_row(
                TransferKind.GRACE,
                breakage,
                account_id,
                lot.free,
                reverses_id=transfer,
                reference=f"lot:{lot.id}",
                posted_at=at,
                reason=f"They came back after their last day and now end on {last_day(until)}",
            )
            for transfer, lot in expired
        ]
    )
    add_lots(
        [
            {
                "account_id": account_id,
                "transfer_id": t,
                "of_lot": lot.id,
                "points": lot.free,
                "expires_at": until,
            }
            for t, (_, lot) in zip(transfers, expired, strict=True)
        ]
    )
    back = sum(lot.free for _, lot in expired)
    change_balances([{"account": account_id, "by_posted": back, "by_floor": 0}])
