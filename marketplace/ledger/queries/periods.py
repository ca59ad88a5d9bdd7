"""Closed periods, and the digest that seals one."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from marketplace.kernel.db import rows_streamed, session
from marketplace.ledger.models import LedgerPeriod, Transfer
from marketplace.people.models import Employee

_AT_ONCE = 5_000
_BOUND = (
    Transfer.id,
    Transfer.kind,
    Transfer.debit_id,
    Transfer.credit_id,
    Transfer.amount,
    Transfer.pending_id,
    Transfer.reverses_id,
    Transfer.source_key,
    Transfer.journal,
    Transfer.reference,
    Transfer.actor_id,
    Transfer.occurred_at,
    Transfer.posted_at,
)
"""What a seal binds of a transfer: all of it but the words."""


@dataclass(frozen=True, slots=True)
class Period:
    """A closed period. `starts_at`: the end of the one before; None where it is the first."""

    id: int
    starts_at: datetime | None
    ends_at: datetime
    transfers: int
    seal: str
    closed_by: str | None
    closed_at: datetime

    @property
    def last_day(self) -> date:
        """The last day that is closed."""
        return (self.ends_at - timedelta(days=1)).date()

    @property
    def first_day(self) -> date:
        """Its first day; of the first period the first of the month it ends in."""
        return self.starts_at.date() if self.starts_at else self.last_day.replace(day=1)


@dataclass(frozen=True, slots=True)
class Digest:
    """What was posted in a stretch of time, bound together with the seal of the one before."""

    since: datetime | None
    until: datetime
    transfers: int
    seal: str


CLOSED_UNTIL = sa.select(sa.func.max(LedgerPeriod.ends_at)).scalar_subquery()
OPEN_SINCE = sa.func.coalesce(
    CLOSED_UNTIL, sa.select(Transfer.posted_at).order_by(Transfer.id).limit(1).scalar_subquery()
)
"""Since when the books are open; nothing in an empty ledger."""


def closed_until() -> datetime | None:
    """The moment before which nothing is posted any more; None where no period is closed."""
    return session().scalar(sa.select(CLOSED_UNTIL))


def closed_periods() -> list[Period]:
    """Every closed period, the newest first."""
    before = sa.func.lag(LedgerPeriod.ends_at, type_=LedgerPeriod.ends_at.type)
    starts_at = before.over(order_by=LedgerPeriod.ends_at)
    rows = session().execute(
        sa.select(
            LedgerPeriod.id,
            starts_at,
            LedgerPeriod.ends_at,
            LedgerPeriod.transfers,
            LedgerPeriod.seal,
            Employee.name,
            LedgerPeriod.closed_at,
        )
        .outerjoin(Employee, Employee.id == LedgerPeriod.closed_by_id)
        .order_by(LedgerPeriod.ends_at.desc())
    )
    return [Period(*row) for row in rows]


def digest_until(until: datetime) -> Digest:
    """The digest of what was posted before `until` and after the last period that ends earlier."""
    before = session().execute(
        sa.select(LedgerPeriod.ends_at, LedgerPeriod.seal)
        .where(LedgerPeriod.ends_at < until)
        .order_by(LedgerPeriod.ends_at.desc())
        .limit(1)
    )
    last = before.one_or_none()
    since, seal = (last.ends_at, last.seal) if last else (None, "")
    bound, transfers = hashlib.sha256(seal.encode()), 0
    rows = sa.select(*_BOUND).where(posted_within(since, until)).order_by(Transfer.id)
    for row in rows_streamed(rows, _AT_ONCE):
        bound.update("\x1f".join(_text(one) for one in row).encode())
        bound.update(b"\n")
        transfers += 1
    return Digest(since, until, transfers, bound.hexdigest())


def posted_within(since: datetime | None, until: datetime) -> sa.ColumnElement[bool]:
    """Transfers posted from `since` on (None: from the first one on) and before `until`."""
    is_early = Transfer.posted_at < until
    return is_early if since is None else sa.and_(is_early, Transfer.posted_at >= since)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
