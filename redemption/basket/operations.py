"""Putting into a basket, taking out of it, and emptying it of what was asked for.

The basket's row is locked first, so what one person does in two tabs comes one after the other.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from catalog.errors import NotOnSale, SoldOut, StillLocked
from catalog.offers import Offer
from catalog.queries import offer
from marketplace.access.actor import Actor
from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from redemption.basket.models import Basket, BasketItem
from redemption.basket.policies import basket_obstacle
from redemption.basket.refusals import BasketChanged, BasketFull, TooManyUnits
from redemption.basket.states import MOST_ITEMS, MOST_UNITS
from redemption.policies import Order
from redemption.refusals import OnlyAlone

_QUIETLY = {"synchronize_session": False}


def put_in(
    actor: Actor, variant_id: int, *, amount_minor: int | None, request_key: str, at: datetime
) -> str:
    """Put one of a variant into the actor's basket, or one more of it; its name.

    Nothing is set aside. Raises NotFound, StillLocked, NotOnSale, SoldOut, BadAmount, FixedAmount
    (catalog), OnlyAlone, BasketFull, TooManyUnits.
    """
    body = {"variant": variant_id, "amount": amount_minor}
    answered = claim_key(actor.id, request_key, at=at, put_in=body)
    if answered is not None:
        return answered
    wanted = _to_be_had(offer(actor, variant_id, at=at)).over(amount_minor)
    _lock(actor.id)
    if not _one_more(actor.id, wanted):
        _count(actor.id, 1)
        crashpoint("redemption.basket.counted")
        session().execute(
            sa.insert(BasketItem).values(
                employee_id=actor.id,
                variant_id=variant_id,
                amount_minor=wanted.amount_minor or 0,
                quantity=1,
                name=wanted.name,
                seen_points=wanted.points,
                seen_promise=wanted.promise,
                added_at=at,
            )
        )
    answer_key(actor.id, request_key, wanted.name)
    return wanted.name


def _to_be_had(wanted: Offer) -> Offer:
    if wanted.lock is not None:
        raise StillLocked
    if not wanted.is_on_sale:
        raise NotOnSale
    if alone := basket_obstacle(wanted):
        raise OnlyAlone(alone)
    if wanted.is_sold_out:
        raise SoldOut(left=0)
    return wanted


def _lock(employee_id: int) -> None:
    """Make the basket and take it for this transaction."""
    session().execute(
        insert_or_skip(Basket)
        .values(employee_id=employee_id, items=0)
        .on_conflict_do_update(index_elements=["employee_id"], set_={"items": Basket.items})
    )


def _one_more(employee_id: int, wanted: Offer) -> bool:
    """Add one to what lies in the basket already, at the price that is shown now."""
    item = BasketItem
    same = (
        item.employee_id == employee_id,
        item.variant_id == wanted.variant_id,
        item.amount_minor == (wanted.amount_minor or 0),
    )
    changed = session().execute(
        sa.update(item)
        .where(*same, item.quantity < MOST_UNITS)
        .values(quantity=item.quantity + 1, seen_points=wanted.points, seen_promise=wanted.promise),
        execution_options=_QUIETLY,
    )
    if rows_changed(changed):
        return True
    if session().scalar(sa.select(sa.exists().where(*same))):
        raise TooManyUnits
    return False


def _count(employee_id: int, more: int) -> None:
    counted = session().execute(
        sa.update(Basket)
        .where(Basket.employee_id == employee_id, Basket.items + more <= MOST_ITEMS)
        .values(items=Basket.items + more),
        execution_options=_QUIETLY,
    )
    if not rows_changed(counted):
        raise BasketFull


def change_quantity(
    actor: Actor, item_id: int, quantity: int, *, request_key: str, at: datetime
) -> str:
    """So many of something in the actor's own basket; none takes it out. Its name.

    Raises NotFound for what is not in it, TooManyUnits.
    """
    body = {"item": item_id, "quantity": quantity}
    answered = claim_key(actor.id, request_key, at=at, change=body)
    if answered is not None:
        return answered
    if quantity > MOST_UNITS:
        raise TooManyUnits
    _lock(actor.id)
    own = (BasketItem.id == item_id, BasketItem.employee_id == actor.id)
    if quantity:
        deed = sa.update(BasketItem).where(*own).values(quantity=quantity)
    else:
        deed = sa.delete(BasketItem).where(*own)
    name = session().scalar(deed.returning(BasketItem.name), execution_options=_QUIETLY)
    if name is None:
        raise NotFound("This is not in your basket any more.")
    if not quantity:
        _count(actor.id, -1)
    answer_key(actor.id, request_key, name)
    return name


def take_from_basket(employee_id: int, orders: Sequence[Order]) -> None:
    """Take out what is asked for now, exactly as it was shown. Raises BasketChanged.

    Of one basket in two tabs the second finds nothing to take, so nothing is asked for twice.
    """
    from_basket = [order for order in orders if order.basket_item_id is not None]
    if not from_basket:
        return
    _lock(employee_id)
    for order in from_basket:
        taken = session().execute(
            sa.delete(BasketItem).where(
                BasketItem.id == order.basket_item_id,
                BasketItem.employee_id == employee_id,
                BasketItem.variant_id == order.variant_id,
                BasketItem.amount_minor == (order.amount_minor or 0),
                BasketItem.quantity == order.quantity,
            ),
            execution_options=_QUIETLY,
        )
        if rows_changed(taken) != 1:
            raise BasketChanged
    _count(employee_id, -len(from_basket))
    crashpoint("redemption.basket.emptied")
