"""Units set aside, sold and given back: guarded UPDATEs decide."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.errors import (
    NotEligible,
    NotOnSale,
    PriceChanged,
    SoldOut,
    StillLocked,
    StockMismatch,
)
from catalog.models import UNITS_FREE, Reward, Variant, VariantStock
from catalog.offers import Offer
from catalog.queries import offer
from catalog.states import RewardState, VariantState
from marketplace.access.actor import Actor
from marketplace.kernel.db import rows_changed, said_again, session
from marketplace.kernel.errors import NotFound


def confirm_offer(
    actor: Actor,
    variant_id: int,
    *,
    seen_points: int,
    amount_minor: int | None = None,
    at: datetime,
) -> Offer:
    """The offer as it is now, at the price the person has seen.

    Raises NotEligible when it is not, or no longer, theirs to see, StillLocked when they have
    something to reach first, NotOnSale when it was taken off the shelf, PriceChanged when it costs
    something else by now, BadAmount and FixedAmount for an amount there is not.
    """
    try:
        current = offer(actor, variant_id, at=at)
    except NotFound as unseen:
        raise NotEligible from unseen
    if current.lock is not None:
        raise StillLocked
    if not current.is_on_sale:
        raise NotOnSale
    current = current.over(amount_minor)
    if current.points != seen_points:
        raise PriceChanged(old=seen_points, new=current.points)
    return current


def reserve_stock(variant_id: int, quantity: int, *, at: datetime) -> None:
    """Set units aside for a request. Raises SoldOut(left) or NotOnSale; nothing is changed then.

    What comes back while people wait in line is for them: it does not count as left.
    """
    wanted = {"variant": variant_id, "quantity": quantity, "now": at}
    if rows_changed(said_again(_RESERVE, wanted)):
        return
    left = (
        session()
        .execute(
            sa.select(UNITS_FREE, is_on_sale(variant_id)).where(
                VariantStock.variant_id == variant_id
            )
        )
        .one_or_none()
    )
    if left is None or not left[1]:
        raise NotOnSale
    raise SoldOut(left=max(0, left[0]))


def is_on_sale(variant_id: int | sa.BindParameter[Any]) -> sa.ColumnElement[bool]:
    """Whether a variant and its reward are on the shelf."""
    return sa.exists().where(
        Variant.id == variant_id,
        Variant.state == VariantState.ON_SALE,
        Reward.id == Variant.reward_id,
        Reward.state == RewardState.PUBLISHED,
    )


_VARIANT = sa.bindparam("variant", type_=sa.BigInteger)
_QUANTITY = sa.bindparam("quantity", type_=sa.BigInteger)


def _reserving(free: sa.ColumnElement[int]) -> sa.Update:
    return (
        sa.update(VariantStock)
        .where(
            VariantStock.variant_id == _VARIANT,
            sa.or_(VariantStock.capacity.is_(None), free >= _QUANTITY),
            is_on_sale(_VARIANT),
        )
        .values(
            reserved=VariantStock.reserved + _QUANTITY,
            last_taken_at=sa.bindparam("now", type_=VariantStock.last_taken_at.type),
        )
    )


_RESERVE = _reserving(UNITS_FREE)


def release_stock(variant_id: int, quantity: int) -> None:
    """Give units back that were set aside."""
    _move(variant_id, VariantStock.reserved >= quantity, reserved=VariantStock.reserved - quantity)


def sell_reserved(variant_id: int, quantity: int) -> None:
    """Units set aside are gone for good."""
    _move(
        variant_id,
        VariantStock.reserved >= quantity,
        reserved=VariantStock.reserved - quantity,
        sold=VariantStock.sold + quantity,
    )


def return_sold(variant_id: int, quantity: int) -> None:
    """Units that were gone are back on the shelf."""
    _move(variant_id, VariantStock.sold >= quantity, sold=VariantStock.sold - quantity)


def _move(variant_id: int, guard: sa.ColumnElement[bool], **values: object) -> None:
    changed = session().execute(
        sa.update(VariantStock).where(VariantStock.variant_id == variant_id, guard).values(**values)
    )
    if rows_changed(changed) != 1:
        raise StockMismatch(f"Variant {variant_id} has fewer units in that state.")
