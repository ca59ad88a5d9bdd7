"""Opening accounts, locking members in one order, and funding budgets."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import in_batches, insert_or_skip, rows_of, session
from marketplace.ledger.errors import SourceKeyReused
from marketplace.ledger.models import Account, AccountBalance, Transfer
from marketplace.ledger.operations.posting import post_new, transfer_row
from marketplace.ledger.states import AccountKind, TransferKind

NOBODY = 0


def open_account(employee_id: int, *, at: datetime) -> int:
    """The member's account, opened when there is none."""
    return lock_members([employee_id], at=at)[employee_id]


def lock_members(employee_ids: Collection[int], *, at: datetime) -> dict[int, int]:
    """Account ids by employee, opened where missing and locked in ascending order."""
    accounts: dict[int, int] = {}
    for owners in in_batches(sorted(set(employee_ids))):
        found = _member_accounts(owners)
        if missing := [owner for owner in owners if owner not in found]:
            _open_members(missing, at)
            found |= _member_accounts(missing)
        accounts |= found
    for ids in in_batches(sorted(accounts.values())):
        lock_balances(ids)
    return accounts


def lock_balances(account_ids: Collection[int]) -> None:
    """Lock the balances of these accounts, as many as fit one statement, in ascending order."""
    session().execute(
        sa.select(AccountBalance.account_id)
        .where(AccountBalance.account_id.in_(account_ids))
        .order_by(AccountBalance.account_id)
        .with_for_update()
    )


def _member_accounts(owners: Collection[int]) -> dict[int, int]:
    rows = session().execute(
        sa.select(Account.owner_id, Account.id).where(
            Account.kind == AccountKind.MEMBER, Account.owner_id.in_(owners)
        )
    )
    return {row.owner_id: row.id for row in rows}


def _open_members(owners: list[int], at: datetime) -> None:
    session().execute(
        insert_or_skip(Account).on_conflict_do_nothing(),
        [{"kind": AccountKind.MEMBER, "owner_id": owner, "opened_at": at} for owner in owners],
    )
    session().execute(
        insert_or_skip(AccountBalance).on_conflict_do_nothing(),
        [
            {"account_id": account, "posted": 0, "held": 0, "floor": 0}
            for account in sorted(_member_accounts(owners).values())
        ],
    )


def shared_account(kind: AccountKind, owner_id: int = NOBODY, *, at: datetime) -> int:
    """The organization's account of a kind, or a budget's, opened when there is none."""
    look = {"kind": kind, "owner": owner_id}
    if found := rows_of(_SHARED, look):
        return found[0].id
    session().execute(
        insert_or_skip(Account)
        .values(kind=kind, owner_id=owner_id, opened_at=at)
        .on_conflict_do_nothing()
    )
    return rows_of(_SHARED, look)[0].id


_SHARED = sa.select(Account.id).where(
    Account.kind == sa.bindparam("kind"), Account.owner_id == sa.bindparam("owner")
)


def fund_budget_account(
    budget_id: int, points: int, *, source_key: str, reason: str, actor_id: int | None, at: datetime
) -> int:
    """Issue points to a budget (or, with a negative number, take them out of circulation again).

    The same source key is the same transfer; raises SourceKeyReused when it came with other points.
    """
    budget = shared_account(AccountKind.BUDGET, budget_id, at=at)
    issuance = shared_account(AccountKind.ISSUANCE, at=at)
    debit, credit = (issuance, budget) if points > 0 else (budget, issuance)
    row = transfer_row(
        TransferKind.FUND,
        debit,
        credit,
        abs(points),
        source_key=source_key,
        reference=f"budget:{budget_id}",
        reason=reason,
        actor_id=actor_id,
        posted_at=at,
    )
    return post_new([row]).get(source_key) or same_transfers([row])[source_key]


def same_transfers(rows: Collection[dict]) -> dict[str, int]:
    """The ids of transfers posted earlier under these source keys.

    Raises SourceKeyReused when one of them moved other points or between other accounts.
    """
    asked = {row["source_key"]: row for row in rows}
    found: dict[str, int] = {}
    for keys in in_batches(sorted(asked)):
        posted = session().execute(
            sa.select(
                Transfer.id,
                Transfer.source_key,
                Transfer.debit_id,
                Transfer.credit_id,
                Transfer.amount,
            ).where(Transfer.source_key.in_(keys), Transfer.kind == asked[keys[0]]["kind"])
        )
        for row in posted:
            key = str(row.source_key)
            wanted = asked[key]
            if (row.debit_id, row.credit_id, row.amount) != (
                wanted["debit_id"],
                wanted["credit_id"],
                wanted["amount"],
            ):
                raise SourceKeyReused(key)
            found[key] = row.id
    return found
