"""What a member has, and what it is worth."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import rows_of, session
from marketplace.ledger.burning import EXPIRING_SOON_DAYS
from marketplace.ledger.models import Account, AccountBalance, Lot, PointValueRate
from marketplace.ledger.queries.lots import is_live, is_overdue
from marketplace.ledger.states import AccountKind
from marketplace.ledger.worth import PointValue
from marketplace.people.models import Employee

MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Points:
    """A member's points.

    `available` can be spent; `held` are set aside; `posted` is what all transfers come to; `owed`
    is what a claw-back left open. `expiring_soon` of the available end within 30 days, the first
    of them after `expiring_on`, the last day they can be spent on. `value` is what points are worth
    where they live; none where nobody has said.
    """

    available: int = 0
    held: int = 0
    posted: int = 0
    owed: int = 0
    expiring_soon: int = 0
    expiring_on: date | None = None
    value: PointValue | None = None


_Rate = aliased(PointValueRate)


def rate_holds(country: Any, day: Any) -> sa.ColumnElement[bool]:
    """What joins `PointValueRate` to a statement: the rate of a country on a day, none or one."""
    newest = (
        sa.select(_Rate.id)
        .where(_Rate.country == sa.func.upper(country), _Rate.valid_from <= day)
        .order_by(_Rate.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
    return PointValueRate.id == newest


RATE = (
    PointValueRate.country.label("rate_country"),
    PointValueRate.currency.label("rate_currency"),
    PointValueRate.minor.label("rate_minor"),
    PointValueRate.per_points.label("rate_per_points"),
)


def rate_of(row: Any) -> PointValue | None:
    """The rate in a row that has the columns of `RATE`."""
    if row.rate_currency is None:
        return None
    return PointValue(row.rate_country, row.rate_currency, row.rate_minor, row.rate_per_points)


def _points() -> sa.Select[*tuple[Any, ...]]:
    """The statement behind `points_of`. Every page asks it, so it is made only once."""
    at, soon, owner = sa.bindparam("at"), sa.bindparam("soon"), sa.bindparam("owner")
    free = Lot.remaining - Lot.held
    ends_soon = sa.and_(is_live(at), Lot.expires_at <= soon, free > 0)
    balance = (AccountBalance.posted, AccountBalance.held, AccountBalance.floor)
    is_theirs = sa.and_(Account.kind == AccountKind.MEMBER, Account.owner_id == Employee.id)
    return (
        sa.select(
            *(sa.func.coalesce(amount, 0).label(amount.key) for amount in balance),
            sa.func.coalesce(sa.func.sum(sa.case((is_overdue(at), free), else_=0)), 0).label(
                "unswept"
            ),
            sa.func.coalesce(sa.func.sum(sa.case((ends_soon, free), else_=0)), 0).label("ending"),
            sa.func.min(sa.case((ends_soon, Lot.expires_at))).label("first"),
            *RATE,
        )
        .select_from(Employee)
        .outerjoin(Account, is_theirs)
        .outerjoin(AccountBalance, AccountBalance.account_id == Account.id)
        .outerjoin(Lot, sa.and_(Lot.account_id == Account.id, Lot.closed_at.is_(None)))
        .outerjoin(PointValueRate, rate_holds(Employee.country, sa.bindparam("day")))
        .where(Employee.id == owner)
        .group_by(Employee.id, AccountBalance.account_id, *balance, PointValueRate.id)
    )


_POINTS = _points()


Statement = sa.Select[*tuple[Any, ...]]
Columns = tuple[sa.ColumnElement[Any], ...]
Row = sa.Row[*tuple[Any, ...]]
Rows = Callable[[Statement, dict[str, Any]], Sequence[Any]]


@cache
def widened(statement: Statement, columns: Columns) -> Statement:
    """A statement of one row with columns of something else in it; made once and kept."""
    return sa.select(*statement.subquery("points").c, *columns)


def points_of(employee_id: int, *, at: datetime, rows: Rows = rows_of) -> Points:
    """One member's points and what they are worth, in one statement; all 0 without an account.

    `rows` reads the statement, by itself or beside something else.
    """
    soon = at + timedelta(days=EXPIRING_SOON_DAYS)
    asked = {"owner": employee_id, "at": at, "soon": soon, "day": at.date()}
    row = next(iter(rows(_POINTS, asked)), None)
    if row is None:
        return Points()
    return Points(
        available=int(row.posted - row.held - row.floor - row.unswept),  # sums are Decimals on PG
        held=row.held,
        posted=row.posted,
        owed=-row.floor,
        expiring_soon=int(row.ending),
        expiring_on=(row.first - MOMENT).date() if row.first else None,
        value=rate_of(row),
    )


def point_value(country: str | None, *, at: datetime) -> PointValue | None:
    """What points are worth in a country today; None where nobody has said."""
    return point_values({country.upper()}, at=at).get(country.upper()) if country else None


def point_values(countries: set[str], *, at: datetime) -> dict[str, PointValue]:
    """What points are worth today, by country as two capital letters, where somebody has said."""
    rows = session().execute(
        sa.select(
            PointValueRate.country,
            PointValueRate.currency,
            PointValueRate.minor,
            PointValueRate.per_points,
        )
        .where(PointValueRate.country.in_(countries), PointValueRate.valid_from <= at.date())
        .order_by(PointValueRate.country, PointValueRate.valid_from)
    )
    return {row[0]: PointValue(*row) for row in rows}  # the newest comes last and stays


def point_values_over_time() -> list[tuple[date, PointValue]]:
    """Every value that was ever said, by country and then by the first day it holds."""
    rate = PointValueRate
    rows = session().execute(
        sa.select(
            rate.valid_from, rate.country, rate.currency, rate.minor, rate.per_points
        ).order_by(rate.country, rate.valid_from)
    )
    return [(row[0], PointValue(*row[1:])) for row in rows]


def point_values_in(currencies: set[str], *, at: datetime) -> list[PointValue]:
    """What points are worth today in each country that values them in one of these currencies."""
    rate = PointValueRate
    rows = session().execute(
        sa.select(rate.country, rate.currency, rate.minor, rate.per_points)
        .where(rate.valid_from <= at.date())
        .order_by(rate.country, rate.valid_from)
    )
    newest = {row.country: PointValue(*row) for row in rows}
    return [value for value in newest.values() if value.currency in currencies]
