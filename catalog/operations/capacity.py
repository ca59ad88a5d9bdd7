"""How many there are in all: set, or moved by what came and went, each time with a reason.

Requests take and give back units in the same row at the same time, so the UPDATE itself decides:
what is promised is never cut away, and of two differences neither is lost.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.bounds import MOST_UNITS
from catalog.errors import (
    CapacityTooLow,
    CountedElsewhere,
    NothingToCount,
    StockMoved,
    WaitsForIt,
)
from catalog.models import StockMovement, Variant, VariantStock
from marketplace.access.actor import Actor
from marketplace.kernel.audit import record
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput, NotFound

Keeper = Callable[[int], str]
Recount = Callable[[int, datetime], None]
Waits = Callable[[int, int], bool]
NOT_LOOKED = -1
_TAKEN = VariantStock.reserved + VariantStock.sold
_keepers: list[Keeper] = []
_recounts: list[Recount] = []
_lines: list[Waits] = []


def keeps_stock(keeper: Keeper) -> Keeper:
    """Register who counts some variants by itself: what it counts there, by id; empty: not its own.

    Nobody sets or adjusts the stock of such a variant by hand; the keeper calls `keep_count`.
    """
    if keeper not in _keepers:
        _keepers.append(keeper)
    return keeper


def recounts_stock(recount: Recount) -> Recount:
    """Register who makes the stock of some variants true again, by id and moment, before a promise.

    What counts a stock by itself may know since a moment ago that there is less.
    """
    if recount not in _recounts:
        _recounts.append(recount)
    return recount


def knows_who_waits(waits: Waits) -> Waits:
    """Register who knows whether a person would have the next of a variant, both by their ids."""
    if waits not in _lines:
        _lines.append(waits)
    return waits


def _refuse_own(actor: Actor, variant_id: int) -> None:
    who = actor.employee_id
    if who is not None and any(waits(who, variant_id) for waits in _lines):
        raise WaitsForIt


def recount_stock(variant_id: int, *, at: datetime) -> None:
    """Let whoever counts this variant by itself look once more; within the caller's transaction."""
    for recount in _recounts:
        recount(variant_id, at)


def counted_by(variant_id: int) -> str:
    """What counts the stock of a variant by itself; empty where people do."""
    return next(filter(None, (keeper(variant_id) for keeper in _keepers)), "")


def open_stock(actor: Actor, variant_id: int, capacity: int | None, *, at: datetime) -> None:
    """The stock of a variant that was just made."""
    session().add(VariantStock(variant_id=variant_id, capacity=capacity))
    session().flush()
    _keep(actor, variant_id, before=0, after=capacity, taken=0, reason="", at=at)


def set_capacity(
    actor: Actor,
    variant_id: int,
    capacity: int | None,
    *,
    reason: str,
    at: datetime,
    seen: int | None = NOT_LOOKED,
) -> None:
    """Say how many there are in all; `seen` is the number the person had before their eyes.

    Raises CapacityTooLow below what is promised already, StockMoved when it is another by now,
    CountedElsewhere where something else counts it, WaitsForIt when more are for who says so.
    """
    _refuse_counted(variant_id)
    variant, before = _variant(variant_id), _locked_capacity(variant_id)
    if before == capacity:
        return
    if before is not None and (capacity is None or capacity > before):
        _refuse_own(actor, variant_id)
    if seen not in {NOT_LOOKED, before}:
        raise StockMoved(seen=seen, now=before)
    fits = sa.true() if capacity is None else capacity >= _TAKEN
    moved = _update(variant_id, fits, capacity)
    if moved is None:
        raise CapacityTooLow(wanted=capacity or 0, promised=_promised(variant_id))
    _note(actor, variant, before, moved, reason=reason, at=at)


def adjust_stock(actor: Actor, variant_id: int, change: int, *, reason: str, at: datetime) -> int:
    """So many more (`change` above 0) or fewer than there were; how many there are in all now.

    Raises CapacityTooLow when more would go than are free, NothingToCount without a limit,
    CountedElsewhere where something else counts it, WaitsForIt when more are for who says so.
    """
    _refuse_counted(variant_id)
    if change > 0:
        _refuse_own(actor, variant_id)
    return keep_count(actor, variant_id, change, reason=reason, at=at)


def _refuse_counted(variant_id: int) -> None:
    if what := counted_by(variant_id):
        raise CountedElsewhere(what)


def keep_count(actor: Actor, variant_id: int, change: int, *, reason: str, at: datetime) -> int:
    """The same for who counts this variant by itself."""
    if change == 0 or not reason.strip():
        raise BadInput("Enter how many came or went, for example +20 or -2, and why.")
    variant, sum_ = _variant(variant_id), VariantStock.capacity + change
    moved = _update(variant_id, sa.and_(sum_ >= _TAKEN, sum_ <= MOST_UNITS), sum_)
    if moved is None:
        raise _refusal(variant_id, change)
    _note(actor, variant, moved[0] - change, moved, reason=reason, at=at)
    return moved[0]


def _update(variant_id: int, guard: sa.ColumnElement[bool], capacity: Any) -> Any:
    """Capacity and what is taken after the change; None when the guard said no."""
    return (
        session()
        .execute(
            sa.update(VariantStock)
            .where(VariantStock.variant_id == variant_id, guard)
            .values(capacity=capacity)
            .returning(VariantStock.capacity, _TAKEN)
            .execution_options(synchronize_session=False)
        )
        .one_or_none()
    )


def _refusal(variant_id: int, change: int) -> BadInput:
    capacity = _locked_capacity(variant_id)
    if capacity is None:
        return NothingToCount()
    if capacity + change > MOST_UNITS:
        return BadInput(f"There can be {MOST_UNITS:,} at most; there are {capacity:,} now.")
    return CapacityTooLow(wanted=max(0, capacity + change), promised=_promised(variant_id))


def _locked_capacity(variant_id: int) -> int | None:
    row = session().execute(
        sa.select(VariantStock.capacity)
        .where(VariantStock.variant_id == variant_id)
        .with_for_update()
    )
    return row.scalar_one()


def _promised(variant_id: int) -> int:
    taken = sa.select(_TAKEN).where(VariantStock.variant_id == variant_id)
    return session().execute(taken).scalar_one()


def _variant(variant_id: int) -> Variant:
    variant = session().get(Variant, variant_id)
    if variant is None:
        raise NotFound("We can't find this variant.")
    return variant


def _note(
    actor: Actor, variant: Variant, before: int | None, moved: Any, *, reason: str, at: datetime
) -> None:
    after, taken = moved
    _keep(actor, variant.id, before=before, after=after, taken=taken, reason=reason, at=at)
    facts = {"sku": variant.sku, "before": before, "after": after, "reason": reason}
    record(actor.employee_id, "catalog.set_capacity", f"reward:{variant.reward_id}", at=at, **facts)


def _keep(actor: Actor, variant_id: int, *, at: datetime, **facts: Any) -> None:
    session().add(StockMovement(variant_id=variant_id, actor_id=actor.employee_id, at=at, **facts))
    session().flush()
