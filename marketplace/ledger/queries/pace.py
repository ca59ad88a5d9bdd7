"""How fast a member earns, and how long that takes to reach something."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

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


def earnings(employee_id: int, since: datetime) -> sa.Select[int, int]:
    """What a member earned for what happened since then: one row with `earned` and `times`."""
    counted, points, times = _earned(sa.literal(employee_id, sa.BigInteger))
    return sa.select(points.label("earned"), times.label("times")).where(
        counted, Transfer.occurred_at >= since
    )


def earned_in(row: Any) -> Earned:
    """What a row of `earnings` says."""
    return Earned(points=int(row.earned), times=int(row.times))


def earned_ever(employee_id: sa.ColumnElement[int]) -> sa.ScalarSelect[int]:
    """The points a member ever earned, without what was taken back, as part of a statement."""
    counted, points, _ = _earned(employee_id)
    return sa.select(points).where(counted).scalar_subquery()


def _earned(
    employee_id: sa.ColumnElement[int],
) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[int], sa.ColumnElement[int]]:
    """Which transfers count, what they come to, and how many of them brought points."""
    account = (
        sa.select(Account.id)
        .where(Account.kind == AccountKind.MEMBER, Account.owner_id == employee_id)
        .scalar_subquery()
    )
    granted = sa.and_(Transfer.kind == TransferKind.GRANT, Transfer.credit_id == account)
    taken = sa.and_(Transfer.kind == TransferKind.CLAW_BACK, Transfer.debit_id == account)
    signed = sa.case((granted, Transfer.amount), else_=-Transfer.amount)
    times = sa.func.coalesce(sa.func.sum(sa.case((granted, 1), else_=0)), 0)
    return sa.or_(granted, taken), sa.func.coalesce(sa.func.sum(signed), 0), times


def earned_by_member(since: datetime | None = None) -> sa.Subquery:
    """What every member earned, without what was taken back: `employee_id`, `points`, `times`.

    Grouped once for everyone; for what happened since then, or ever.
    """
    moved = Transfer
    until = [] if since is None else [moved.occurred_at >= since]
    came = sa.select(
        moved.credit_id.label("account_id"), moved.amount, sa.literal(1).label("times")
    )
    went = sa.select(moved.debit_id, -moved.amount, sa.literal(0))
    both = sa.union_all(
        came.where(moved.kind == TransferKind.GRANT, *until),
        went.where(moved.kind == TransferKind.CLAW_BACK, *until),
    ).subquery()
    return (
        sa.select(
            Account.owner_id.label("employee_id"),
            sa.func.sum(both.c.amount).label("points"),
            sa.func.sum(both.c.times).label("times"),
        )
        .join(both, both.c.account_id == Account.id)
        .where(Account.kind == AccountKind.MEMBER)
        .group_by(Account.owner_id)
        .subquery("earned")
    )
