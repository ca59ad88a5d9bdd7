"""A member's statement: every entry with the balance after it, and what is set aside.

It goes by when points came and went, not by the days they are about: a balance once read stays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.ledger.models import Account, Hold, Transfer
from marketplace.ledger.states import MOVING, AccountKind, HoldState, TransferKind

SOURCES: dict[str, tuple[TransferKind, ...]] = {
    "earned": (TransferKind.GRANT,),
    "spent": (TransferKind.CAPTURE,),
    "returned": (TransferKind.REFUND, TransferKind.GRACE),
    "expired": (TransferKind.EXPIRY,),
    "corrected": (TransferKind.CLAW_BACK,),
}
"""What a statement can be narrowed to."""


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """One entry. `points` are signed; `balance` is what all entries up to it come to.

    Points set aside have moved nothing yet: their `balance` is None, and `until` is when they go
    back by themselves.
    """

    transfer_id: int
    kind: TransferKind
    points: int
    posted_at: datetime
    reference: str
    reason: str
    balance: int | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A part of a statement, newest first; `before` continues it when there is more."""

    entries: tuple[StatementEntry, ...]
    set_aside: tuple[StatementEntry, ...]
    before: int | None


def points_statement(
    employee_id: int, *, source: str | None = None, before: int | None = None, limit: int = 25
) -> Statement:
    """The entries before transfer `before`, and on the first part what is set aside."""
    entries = _entries(employee_id)
    if source:
        entries = entries.where(sa.column("kind").in_([kind.value for kind in SOURCES[source]]))
    if before:
        entries = entries.where(sa.column("id") < before)
    page = entries.order_by(sa.column("id").desc()).limit(limit + 1).subquery("page")
    asked = sa.select(page)
    if not (source or before):
        asked = sa.union_all(asked, _set_aside(employee_id))
    rows = [_entry(row) for row in session().execute(asked)]
    posted = sorted(
        (row for row in rows if row.balance is not None), key=lambda row: -row.transfer_id
    )
    return Statement(
        entries=tuple(posted[:limit]),
        set_aside=tuple(row for row in rows if row.balance is None),
        before=posted[limit - 1].transfer_id if len(posted) > limit else None,
    )


def whole_statement(employee_id: int, *, at_once: int = 500) -> Iterator[list[StatementEntry]]:
    """Every entry, oldest first, in parts."""
    rows = session().execute(_entries(employee_id).order_by(sa.column("id")))
    for part in rows.partitions(at_once):
        yield [_entry(row) for row in part]


def _account_of(employee_id: int) -> sa.ScalarSelect[int]:
    return (
        sa.select(Account.id)
        .where(Account.kind == AccountKind.MEMBER, Account.owner_id == employee_id)
        .scalar_subquery()
    )


def _leg(side: Any, points: Any, account: sa.ScalarSelect[int]) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        Transfer.id,
        Transfer.kind,
        points.label("points"),
        Transfer.posted_at,
        Transfer.reference,
        Transfer.reason,
    ).where(side == account, Transfer.kind.in_(MOVING))


def _entries(employee_id: int) -> sa.Select[*tuple[Any, ...]]:
    account = _account_of(employee_id)
    legs = sa.union_all(
        _leg(Transfer.credit_id, Transfer.amount, account),
        _leg(Transfer.debit_id, -Transfer.amount, account),
    ).subquery("legs")
    balance = sa.func.sum(legs.c.points).over(order_by=legs.c.id)
    entries = sa.select(
        legs, balance.label("balance"), sa.cast(None, Hold.expires_at.type).label("until")
    ).subquery("entries")
    return sa.select(entries)


def _set_aside(employee_id: int) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Transfer.id,
            Transfer.kind,
            -Transfer.amount,
            Transfer.posted_at,
            Transfer.reference,
            Transfer.reason,
            sa.cast(None, sa.BigInteger),
            Hold.expires_at,
        )
        .join(Hold, Hold.transfer_id == Transfer.id)
        .where(Hold.account_id == _account_of(employee_id), Hold.state == HoldState.OPEN)
    )


def _entry(row: Any) -> StatementEntry:
    number, kind, points, posted_at, reference, reason, balance, until = row
    return StatementEntry(
        number, TransferKind(kind), points, posted_at, reference, reason,
        None if balance is None else int(balance), until,
    )  # fmt: skip
