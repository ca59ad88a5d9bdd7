"""What the reward's stock says of a pool, and the one way in which both change together.

Capacity is good codes + owed + elsewhere, always. Good are those in stock, being handed out or
handed out; `owed` are units that were promised and have no code; `elsewhere` went without one.
Lock rank: the variant's stock, then the pool.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.models import Reward, Variant, VariantStock
from catalog.operations import keep_count, keeps_stock
from marketplace.access.actor import Actor
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import enqueue
from redemption.codes.models import CodePool


@dataclass(frozen=True, slots=True)
class Stock:
    """What the variant's stock row says."""

    capacity: int
    reserved: int
    sold: int

    @property
    def available(self) -> int:
        """Units that can still be asked for."""
        return self.capacity - self.reserved - self.sold


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened to the good codes of a pool: so many came, so many went, why, by whom."""

    gained: int = 0
    lost: int = 0
    reason: str
    actor: Actor
    at: datetime


@keeps_stock
def counted_by_codes(variant_id: int) -> str:
    """The codes in stock of a variant count its stock."""
    found = sa.select(CodePool.id).where(CodePool.variant_id == variant_id)
    return "its codes in stock" if session().scalar(found) is not None else ""


def locked_stock(variant_id: int) -> Stock:
    """The stock of a variant, its row locked for this transaction."""
    stock = VariantStock
    row = session().execute(
        sa.select(stock.capacity, stock.reserved, stock.sold)
        .where(stock.variant_id == variant_id)
        .with_for_update()
    )
    return Stock(*row.one())


def settle(pool: CodePool, change: Change) -> None:
    """Let the variant's stock follow its codes.

    What comes fills first what is owed. What goes is taken from what nobody asked for yet; the
    rest is owed to those who were promised it.
    """
    stock = locked_stock(pool.variant_id)
    owed = _owed(pool.id) + change.lost
    filled = min(owed, change.gained)
    more = change.gained - filled
    dropped = min(owed - filled, stock.available + more)
    crashpoint("codes.stock_locked")
    if count := more - dropped:
        keep_count(change.actor, pool.variant_id, count, reason=change.reason, at=change.at)
    _owe(pool.id, change.lost - filled - dropped)
    note_level(pool, at=change.at)


def _owed(pool_id: int) -> int:
    return session().execute(sa.select(CodePool.owed).where(CodePool.id == pool_id)).scalar_one()


def _owe(pool_id: int, change: int) -> None:
    _move(pool_id, CodePool.owed + change >= 0, owed=CodePool.owed + change)


def count_elsewhere(pool: CodePool, change: int) -> None:
    """So many units more (or fewer) went without a code of this stock; after the stock's lock."""
    locked_stock(pool.variant_id)
    _move(pool.id, CodePool.elsewhere + change >= 0, elsewhere=CodePool.elsewhere + change)


def _move(pool_id: int, guard: sa.ColumnElement[bool], **values: object) -> None:
    moved = session().execute(
        sa.update(CodePool).where(CodePool.id == pool_id, guard).values(**values),
        execution_options={"synchronize_session": False},
    )
    assert rows_changed(moved) == 1, f"the codes of pool {pool_id} don't add up"


def note_level(pool: CodePool, *, at: datetime) -> None:
    """Raise the alarm once when few can still be asked for, and take it back when enough can."""
    is_low = locked_stock(pool.variant_id).available <= pool.low_at
    if (pool.low_since is not None) == is_low:
        return
    was = CodePool.low_since.is_(None) if is_low else CodePool.low_since.is_not(None)
    changed = session().execute(
        sa.update(CodePool)
        .where(CodePool.id == pool.id, was)
        .values(low_since=at if is_low else None),
        execution_options={"synchronize_session": False},
    )
    if is_low and rows_changed(changed):
        enqueue(
            "codes.tell_low",
            key=f"{pool.id}:{at.isoformat()}",
            pool_id=pool.id,
            since=at.isoformat(),
        )


def name_of(pool: CodePool) -> str:
    """What the codes of a pool are for: `Nimbus Cinema gift card, €15`."""
    row = session().execute(
        sa.select(Reward.name, Variant.label)
        .join(Reward, Reward.id == Variant.reward_id)
        .where(Variant.id == pool.variant_id)
    )
    name, label = row.one()
    return f"{name}, {label}" if label else name
