"""What was earned each month, and what became of it month by month."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from marketplace.insights.books.breakage import Cohort, months_between
from marketplace.insights.books.queries.movements import lot_changes
from marketplace.kernel.db import engine_name, session
from marketplace.ledger.models import Lot, Transfer
from marketplace.ledger.states import LotMoveKind, TransferKind

_USED = frozenset({LotMoveKind.SPEND, LotMoveKind.REFUND})
_EXPIRED = frozenset({LotMoveKind.EXPIRY, TransferKind.GRACE})


def cohorts_until(at: datetime) -> list[Cohort]:
    """Every month in which points were earned before `at`, and what became of them by then."""
    changes = lot_changes().subquery("changes")
    earned_in, went_in = _month(Transfer.posted_at), _month(changes.c.posted_at)
    rows = session().execute(
        sa.select(
            earned_in.label("earned_in"),
            went_in.label("went_in"),
            changes.c.what,
            sa.cast(sa.func.sum(changes.c.points), sa.BigInteger),
        )
        .join(Lot, Lot.id == changes.c.lot_id)
        .join(Transfer, Transfer.id == Lot.grant_id)
        .where(changes.c.posted_at < at)
        .group_by(sa.text("earned_in"), sa.text("went_in"), changes.c.what)
    )
    cohorts: dict[date, Cohort] = {}
    for earned, went, what, points in rows:
        month = _first_day(earned)
        cohort = cohorts.setdefault(month, Cohort(month))
        _note(cohort, months_between(month, _first_day(went)), what, int(points))
    return list(cohorts.values())


def _note(cohort: Cohort, age: int, what: str, points: int) -> None:
    """Count one kind of change; what left a lot is negative there."""
    if what == TransferKind.GRANT:
        cohort.earned += points
    elif what in _EXPIRED:
        cohort.expired -= points
        cohort.flows[age].expired -= points
    elif what in _USED:
        cohort.redeemed -= points
        cohort.flows[age].used -= points
    else:
        cohort.clawed_back -= points
        cohort.flows[age].used -= points


def _month(moment: Any) -> sa.ColumnElement[int]:
    """The calendar month of a moment, UTC, as one number."""
    local = sa.func.timezone("UTC", moment) if engine_name() == "postgresql" else moment
    month = sa.extract("year", local) * 12 + sa.extract("month", local) - 1
    return sa.cast(month, sa.Integer)


def _first_day(month: int) -> date:
    return date(int(month) // 12, int(month) % 12 + 1, 1)
