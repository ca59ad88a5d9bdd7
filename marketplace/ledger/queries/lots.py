"""Lots in the order they burn."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import in_batches, rows_of
from marketplace.ledger.burning import FreeLot
from marketplace.ledger.models import Lot

BURN_ORDER = (Lot.account_id, sa.nulls_last(Lot.expires_at), Lot.id)
"""Earliest last day first, points without one last; older lots first among equals."""


def is_live(at: datetime | sa.BindParameter[Any]) -> sa.ColumnElement[bool]:
    """Lots whose last day has not passed."""
    return sa.and_(Lot.closed_at.is_(None), sa.or_(Lot.expires_at.is_(None), Lot.expires_at > at))


def is_overdue(at: datetime | sa.BindParameter[Any]) -> sa.ColumnElement[bool]:
    """Lots whose last day has passed and that are not closed yet."""
    return sa.and_(Lot.closed_at.is_(None), Lot.expires_at <= at)


def free_lots(account_ids: Sequence[int], *, at: datetime) -> list[FreeLot]:
    """Live lots with something free, in burn order within each account."""
    found: list[FreeLot] = []
    for batch in in_batches(account_ids):
        rows = rows_of(_FREE, {"accounts": list(batch), "at": at})
        found += [FreeLot(*row) for row in rows]
    return found


_FREE = (
    sa.select(Lot.id, Lot.account_id, Lot.remaining - Lot.held)
    .where(
        Lot.account_id.in_(sa.bindparam("accounts", expanding=True)),
        Lot.remaining > Lot.held,
        is_live(sa.bindparam("at")),
    )
    .order_by(*BURN_ORDER)
)
