"""Funds as pages and commands ask for them."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.funds.models import Fund, FundEntry
from marketplace.funds.outflow import spent_since
from marketplace.funds.policies import LOOKED_BACK, WEEKS, lasts_until
from marketplace.funds.states import EntryKind
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.ledger.models import PointValueRate
from marketplace.people.models import Employee

USUAL = "USD"
LISTED = 200


@dataclass(frozen=True, slots=True)
class FundRow:
    """One fund; amounts are smallest units. `lasts` is a forecast in words, empty without one."""

    currency: str
    balance_minor: int
    low_minor: int
    low_since: datetime | None
    a_week_minor: int = 0
    lasts: str = ""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One change of a fund, with what was there after it."""

    id: int
    at: datetime
    kind: EntryKind
    minor: int
    balance_minor: int
    reference: str
    reason: str
    who: str


_FUNDS = sa.select(Fund.currency, Fund.balance_minor, Fund.low_minor, Fund.low_since)


def funds(*, at: datetime) -> list[FundRow]:
    """Every fund with how long it lasts if the catalog goes on as in the last twelve weeks."""
    spent = spent_since(at - LOOKED_BACK)
    rows = [FundRow(*row) for row in session().execute(_FUNDS.order_by(Fund.currency))]
    return [
        FundRow(
            row.currency,
            row.balance_minor,
            row.low_minor,
            row.low_since,
            spent.get(row.currency, 0) // WEEKS,
            lasts_until(row.balance_minor, spent.get(row.currency, 0), at=at),
        )
        for row in rows
    ]


def fund_of(currency: str) -> FundRow:
    """One fund. Raises NotFound."""
    row = session().execute(_FUNDS.where(Fund.currency == currency)).one_or_none()
    if row is None:
        raise NotFound(f"There is no fund in {currency[:3]}.")
    return FundRow(*row)


def entries_of(currency: str, *, most: int | None = LISTED) -> list[EntryRow]:
    """The changes of a fund, the newest first, each with the balance after it."""
    after = sa.func.sum(FundEntry.minor).over(order_by=FundEntry.id)
    rows = (
        sa.select(
            FundEntry.id,
            FundEntry.at,
            FundEntry.kind,
            FundEntry.minor,
            after,
            FundEntry.reference,
            FundEntry.reason,
            Employee.name,
        )
        .outerjoin(Employee, Employee.id == FundEntry.actor_id)
        .where(FundEntry.currency == currency)
        .order_by(FundEntry.id.desc())
        .limit(most)
    )
    found = session().execute(rows)
    return [EntryRow(*row[:4], int(row[4]), *row[5:7], row[7] or "Laurel") for row in found]


def currencies() -> list[str]:
    """The currencies a fund may be topped up in: those of funds, and those points are worth."""
    known = sa.union(sa.select(Fund.currency), sa.select(PointValueRate.currency))
    return sorted(session().scalars(known)) or [USUAL]
