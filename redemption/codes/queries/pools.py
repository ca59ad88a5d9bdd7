"""Codes in stock for those who look after them: how many, how long they last, what they cost."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from catalog.models import Reward, Variant, VariantStock
from catalog.providers.models import SyncedItem
from catalog.states import RewardState
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from redemption.codes.models import CodeBatch, CodePool, CodeReport, CodeWait, StockCode
from redemption.codes.policies import FED, PACE_DAYS, Forecast, discount_percent, forecast
from redemption.codes.states import CodeState


@dataclass(frozen=True, slots=True)
class PoolRow:
    """The codes of one variant. `available`: of those in stock, what nobody was promised."""

    id: int
    variant_id: int
    slug: str
    name: str
    label: str
    sku: str
    cash_minor: int | None
    currency: str | None
    low_at: int
    guard_days: int
    how: str
    low_since: datetime | None
    owed: int
    available: int
    free: int
    claimed: int
    issued: int
    expired: int
    withdrawn: int
    bad: int
    spent: int
    given_lately: int
    waiting: int
    reported: int

    @property
    def forecast(self) -> Forecast:
        """How long what is left lasts."""
        return forecast(self.available, self.given_lately)

    @property
    def title(self) -> str:
        """`Nimbus Cinema gift card, €15`."""
        return f"{self.name}, {self.label}" if self.label else self.name


def _counted(state: CodeState) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((StockCode.state == state, 1), else_=0)), 0).label(
        state.value
    )


def _counts(at: datetime) -> sa.Subquery:
    """The codes of each pool by state, and those that were handed out lately."""
    lately = at - timedelta(days=PACE_DAYS)
    given = sa.func.coalesce(sa.func.sum(sa.case((StockCode.given_at >= lately, 1), else_=0)), 0)
    return (
        sa.select(
            StockCode.pool_id, *(_counted(state) for state in CodeState), given.label("given")
        )
        .group_by(StockCode.pool_id)
        .subquery()
    )


def _rows(at: datetime) -> sa.Select[*tuple[Any, ...]]:
    counts = _counts(at)
    waiting = sa.select(sa.func.count()).where(CodeWait.pool_id == CodePool.id).scalar_subquery()
    reported = (
        sa.select(sa.func.count())
        .select_from(CodeReport)
        .join(StockCode, StockCode.id == CodeReport.code_id)
        .where(StockCode.pool_id == CodePool.id, CodeReport.settled_at.is_(None))
        .scalar_subquery()
    )
    stock, nothing = VariantStock, sa.func.coalesce
    return (
        sa.select(
            CodePool.id,
            CodePool.variant_id,
            Reward.slug,
            Reward.name,
            Variant.label,
            Variant.sku,
            Variant.cash_minor,
            Variant.currency,
            CodePool.low_at,
            CodePool.guard_days,
            CodePool.how,
            CodePool.low_since,
            CodePool.owed,
            stock.capacity - stock.reserved - stock.sold,
            *(nothing(counts.c[state.value], 0) for state in CodeState),
            nothing(counts.c.given, 0),
            waiting,
            reported,
        )
        .join(Variant, Variant.id == CodePool.variant_id)
        .join(Reward, Reward.id == Variant.reward_id)
        .join(stock, stock.variant_id == CodePool.variant_id)
        .outerjoin(counts, counts.c.pool_id == CodePool.id)
    )


def pool_rows(*, at: datetime) -> list[PoolRow]:
    """Everything that is fed by codes, what needs somebody first."""
    rows = _rows(at).order_by(CodePool.low_since.is_(None), Reward.name, Variant.position)
    return [PoolRow(*row) for row in session().execute(rows)]


def pool_row(pool_id: int, *, at: datetime) -> PoolRow:
    """One of them. Raises NotFound."""
    row = session().execute(_rows(at).where(CodePool.id == pool_id)).one_or_none()
    if row is None:
        raise NotFound("There are no such codes in stock.")
    return PoolRow(*row)


def pool_id_of(sku: str) -> int:
    """The codes of a variant by its stock number. Raises NotFound."""
    found = session().scalar(
        sa.select(CodePool.id)
        .join(Variant, Variant.id == CodePool.variant_id)
        .where(Variant.sku == sku)
    )
    if found is None:
        raise NotFound(f"“{sku}” is fed by no codes. Begin with: bin/laurel codes open {sku}")
    return found


def pool_ids() -> list[int]:
    """Every pool."""
    return list(session().scalars(sa.select(CodePool.id).order_by(CodePool.id)))


@dataclass(frozen=True, slots=True)
class Value:
    """What the codes in stock cost us, in one currency. `uncosted` came without a price."""

    minor: int
    currency: str
    codes: int


@dataclass(frozen=True, slots=True)
class Worth:
    """The money in a stock of codes."""

    values: tuple[Value, ...]
    uncosted: int

    def discount(self, face_minor: int | None, currency: str | None) -> Decimal | None:
        """How much less than their face value the codes cost; none where that can't be said."""
        if not face_minor or self.uncosted or len(self.values) != 1:
            return None
        (value,) = self.values
        if value.currency != currency or not value.codes:
            return None
        return discount_percent(value.minor, face_minor * value.codes)


def worth_of(pool_id: int) -> Worth:
    """What the codes that are free cost, by currency."""
    rows = session().execute(
        sa.select(
            CodeBatch.cost_currency,
            sa.func.coalesce(sa.func.sum(CodeBatch.unit_cost_minor), 0),
            sa.func.count(),
        )
        .join(StockCode, StockCode.batch_id == CodeBatch.id)
        .where(StockCode.pool_id == pool_id, StockCode.state == CodeState.FREE)
        .group_by(CodeBatch.cost_currency)
        .order_by(CodeBatch.cost_currency)
    )
    found = [(currency, int(minor or 0), codes) for currency, minor, codes in rows]
    values = tuple(Value(minor, currency, codes) for currency, minor, codes in found if currency)
    return Worth(values, sum(codes for currency, _minor, codes in found if not currency))


@dataclass(frozen=True, slots=True)
class Choice:
    """A variant that could be fed by codes."""

    variant_id: int
    words: str


def variants_to_feed() -> list[Choice]:
    """Cards and experiences over one amount that are fed by nothing yet."""
    is_fed = sa.exists().where(CodePool.variant_id == Variant.id)
    is_synced = sa.exists().where(SyncedItem.variant_id == Variant.id)
    rows = session().execute(
        sa.select(Variant.id, Reward.name, Variant.label)
        .join(Reward, Reward.id == Variant.reward_id)
        .where(
            Reward.kind.in_(FED),
            Reward.state.in_((RewardState.DRAFT, RewardState.PUBLISHED)),
            Variant.range_to_minor.is_(None),
            ~is_fed,
            ~is_synced,
        )
        .order_by(Reward.name, Variant.position)
    )
    return [Choice(row[0], f"{row[1]}, {row[2]}") for row in rows]
