"""How fast a member earns, and how long that takes to reach something."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.ledger.models import Account, Transfer
from marketplace.ledger.states import AccountKind, TransferKind

PACE_DAYS = 90
FEWEST_EARNINGS = 3


@dataclass(frozen=True, slots=True)
class Earned:
    """What came in over `PACE_DAYS`: points without what was taken back, and how many times."""

    points: int
    times: int

    def weeks_to(self, points: int) -> int | None:
        """Weeks until `points` more at this pace, rounded up; None without a pace to trust."""
        if self.times < FEWEST_EARNINGS or self.points <= 0:
            return None
        return max(1, -(-points * PACE_DAYS // (self.points * 7)))


def earned_since(employee_id: int, since: datetime) -> Earned:
    """What a member earned for what happened since then."""
    return earned_in(session().execute(earnings(employee_id, since)).one())


def earnings(employee_id: int, since: datetime) -> sa.Select[int, int]:
    """The statement behind it, of one row with `earned` and `times`, for a page that asks more."""
    account = (
        sa.select(Account.id)
        .where(Account.kind == AccountKind.MEMBER, Account.owner_id == employee_id)
        .scalar_subquery()
    )
    granted = sa.and_(Transfer.kind == TransferKind.GRANT, Transfer.credit_id == account)
    taken = sa.and_(Transfer.kind == TransferKind.CLAW_BACK, Transfer.debit_id == account)
    signed = sa.case((granted, Transfer.amount), else_=-Transfer.amount)
    return sa.select(
        sa.func.coalesce(sa.func.sum(signed), 0).label("earned"),
        sa.func.coalesce(sa.func.sum(sa.case((granted, 1), else_=0)), 0).label("times"),
    ).where(sa.or_(granted, taken), Transfer.occurred_at >= since)


def earned_in(row: Any) -> Earned:
    """What a row of `earnings` says."""
    return Earned(points=int(row.earned), times=int(row.times))


def pace_of(employee_id: int, *, at: datetime) -> Earned:
    """What a member earned over the last `PACE_DAYS`."""
    return earned_since(employee_id, at - timedelta(days=PACE_DAYS))
