"""The few statements everything else is made of: insert transfers, move lots, change a balance."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import Model, insert_or_skip, rows_changed, said_again, session
from marketplace.ledger.burning import Taking
from marketplace.ledger.models import Account, Transfer
from marketplace.ledger.states import LotMoveKind, TransferKind
from marketplace.people.models import Employee

TRANSFERS = Model.metadata.tables["transfers"]
BALANCES = Model.metadata.tables["account_balances"]
LOTS = Model.metadata.tables["lots"]
LOT_MOVES = Model.metadata.tables["lot_moves"]


def transfer_row(
    kind: TransferKind, debit_id: int, credit_id: int, amount: int, **details: Any
) -> dict[str, Any]:
    """The columns of one transfer; `details` are at least reference, reason and posted_at."""
    row = {
        "kind": kind,
        "debit_id": debit_id,
        "credit_id": credit_id,
        "amount": amount,
        "pending_id": None,
        "reverses_id": None,
        "source_key": None,
        "actor_id": None,
        **details,
    }
    row.setdefault("journal", row["reference"])
    row.setdefault("occurred_at", row["posted_at"])
    return row


def post(rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert transfers and answer their ids in the same order."""
    if not rows:
        return []
    return list(said_again(_POST, list(rows)).scalars())


_POST = sa.insert(TRANSFERS).returning(TRANSFERS.c.id, sort_by_parameter_order=True)


def post_new(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Insert the transfers whose source key is new; ids by source key, of the new ones only.

    A rival that posts the same key is waited for and then counts as the first.
    """
    ordered = sorted(rows, key=lambda row: row["source_key"])
    inserted = (
        insert_or_skip(Transfer)
        .on_conflict_do_nothing()
        .returning(TRANSFERS.c.source_key, TRANSFERS.c.id)
    )
    return {row.source_key: row.id for row in session().execute(inserted, ordered)} if rows else {}


def move_lots(kind: LotMoveKind, moves: Iterable[tuple[int, Taking]]) -> None:
    """Take from lots what is free in them, each taking with the transfer that causes it."""
    takings = list(moves)
    if not takings:
        return
    changed = session().execute(
        sa.update(LOTS)
        .where(
            LOTS.c.id == sa.bindparam("lot"),
            LOTS.c.remaining - LOTS.c.held >= sa.bindparam("points"),
        )
        .values(remaining=LOTS.c.remaining - sa.bindparam("points")),
        [{"lot": taking.lot_id, "points": taking.points} for _, taking in takings],
    )
    assert rows_changed(changed) == len(takings), "a lot held less than was taken from it"
    session().execute(
        sa.insert(LOT_MOVES),
        [
            {"lot_id": t.lot_id, "transfer_id": cause, "kind": kind, "delta": -t.points}
            for cause, t in takings
        ],
    )


def change_balances(changes: Sequence[dict[str, int]]) -> None:
    """Add `posted` and `floor` to each `account`, in ascending order of accounts."""
    if not changes:
        return
    changed = session().execute(
        sa.update(BALANCES)
        .where(BALANCES.c.account_id == sa.bindparam("account"))
        .values(
            posted=BALANCES.c.posted + sa.bindparam("by_posted"),
            floor=BALANCES.c.floor + sa.bindparam("by_floor"),
        ),
        sorted(changes, key=lambda change: change["account"]),
    )
    assert rows_changed(changed) == len(changes), "an account has no balance"


def add_lots(rows: Sequence[dict[str, Any]]) -> None:
    """Insert new lots: account_id, transfer_id, points, expires_at each.

    A lot that goes on with points of another names it as `of_lot`, and has its grant and country.
    """
    if rows:
        session().execute(_ADD_LOTS, [{"of_lot": None, **row} for row in rows])


_FIRST = LOTS.alias("first")
_OF_LOT = sa.bindparam("of_lot", type_=LOTS.c.id.type)


def _of_first(column: sa.Column[Any]) -> sa.ScalarSelect[Any]:
    return sa.select(column).where(_FIRST.c.id == _OF_LOT).scalar_subquery()


def _where_earned() -> sa.ScalarSelect[Any]:
    """The country of the member whose account it is."""
    return (
        sa.select(Employee.country)
        .join(Account, Account.owner_id == Employee.id)
        .where(Account.id == sa.bindparam("account_id"))
        .scalar_subquery()
    )


_ADD_LOTS = sa.insert(LOTS).values(
    account_id=sa.bindparam("account_id"),
    transfer_id=sa.bindparam("transfer_id"),
    grant_id=sa.func.coalesce(_of_first(_FIRST.c.grant_id), sa.bindparam("transfer_id")),
    country=sa.case((_OF_LOT.is_(None), _where_earned()), else_=_of_first(_FIRST.c.country)),
    granted=sa.bindparam("points"),
    remaining=sa.bindparam("points"),
    held=0,
    expires_at=sa.bindparam("expires_at", type_=LOTS.c.expires_at.type),
)


def last_day(expires_at: datetime) -> str:
    """The day points end, in words."""
    return f"{expires_at.day} {expires_at:%B %Y}"
