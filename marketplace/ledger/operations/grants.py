"""Giving points to members from a budget, thousands in a few statements."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.ledger.operations.accounts import lock_members, same_transfers, shared_account
from marketplace.ledger.operations.debts import settle_debts
from marketplace.ledger.operations.posting import (
    add_lots,
    change_balances,
    post_new,
    transfer_row,
)
from marketplace.ledger.states import AccountKind, TransferKind


@dataclass(frozen=True, slots=True)
class Grant:
    """Points for one member. `source_key` makes it happen once; no `expires_at` means for good."""

    employee_id: int
    points: int
    budget_id: int
    source_key: str
    reason: str
    reference: str
    occurred_at: datetime
    expires_at: datetime | None = None


def grant_points(grants: Sequence[Grant], *, actor_id: int | None, at: datetime) -> list[int]:
    """Grant points and answer the transfer of each grant, in the same order.

    A source key that was posted before answers its transfer and gives nothing again; raises
    SourceKeyReused when it came with other points or for somebody else.
    """
    if not grants:
        return []
    rows = _rows(grants, actor_id, at)
    new = post_new(list(rows.values()))
    known = {key: row for key, row in rows.items() if key not in new}
    old = same_transfers(known.values()) if known else {}
    fresh = {grant.source_key: grant for grant in grants if grant.source_key in new}
    _credit([(new[key], rows[key]["credit_id"], grant) for key, grant in fresh.items()], at)
    ids = new | old
    return [ids[grant.source_key] for grant in grants]


def _rows(grants: Sequence[Grant], actor_id: int | None, at: datetime) -> dict[str, dict[str, Any]]:
    members = lock_members({grant.employee_id for grant in grants}, at=at)
    budgets = {
        budget_id: shared_account(AccountKind.BUDGET, budget_id, at=at)
        for budget_id in sorted({grant.budget_id for grant in grants})
    }
    return {
        grant.source_key: transfer_row(
            TransferKind.GRANT,
            budgets[grant.budget_id],
            members[grant.employee_id],
            grant.points,
            source_key=grant.source_key,
            reference=grant.reference,
            reason=grant.reason,
            journal=f"grants:{at.isoformat()}",
            actor_id=actor_id,
            occurred_at=grant.occurred_at,
            posted_at=at,
        )
        for grant in grants
    }


def _credit(posted: list[tuple[int, int, Grant]], at: datetime) -> None:
    add_lots(
        [
            {
                "account_id": account,
                "transfer_id": transfer,
                "points": grant.points,
                "expires_at": grant.expires_at,
            }
            for transfer, account, grant in posted
        ]
    )
    totals: Counter[int] = Counter()
    causes: dict[int, int] = {}
    for transfer, account, grant in posted:
        totals[account] += grant.points
        causes[account] = transfer
    change_balances(
        [
            {"account": account, "by_posted": points, "by_floor": 0}
            for account, points in totals.items()
        ]
    )
    settle_debts(causes, at=at)
