"""Taking one's turn, inside the request that it becomes."""

from datetime import datetime

import sqlalchemy as sa

from catalog.models import Variant
from catalog.offers import Offer
from catalog.operations import release_stock, reserve_stock, stop_awaiting, take_kept
from marketplace.kernel.db import session
from redemption.waiting.models import Wait
from redemption.waiting.operations.moves import let_go, lock_own_wait, lock_wait, move_wait
from redemption.waiting.policies import is_turn
from redemption.waiting.states import LIVE, Ended, WaitState


def own_wait(employee_id: int, variant_id: int, *, at: datetime) -> Wait | None:
    """The wait of somebody who asks for what they waited for, locked; None for everyone else.

    An offer whose time is over gives nothing any more.
    """
    wait = lock_own_wait(employee_id, variant_id)
    if wait is None or wait.state is not WaitState.OFFERED:
        return wait
    return wait if is_turn(wait.state, wait.kept_until, at=at) else None


def take_turn(wait: Wait, quantity: int, line_id: int, *, at: datetime) -> None:
    """Set units aside for the line of a locked wait: those that are kept, and others as for all.

    What is kept beyond that is for the next in line. Raises SoldOut, NotOnSale; the transaction
    must not go on then.
    """
    was = wait.state
    move_wait(wait, WaitState.TAKEN, actor_id=wait.employee_id, at=at, changes={"line_id": line_id})
    kept = wait.units if was is WaitState.OFFERED else 0
    if kept:
        take_kept(wait.variant_id, min(kept, quantity), at=at)
    if quantity > kept:
        reserve_stock(wait.variant_id, quantity - kept, at=at)
    elif quantity < kept:
        release_stock(wait.variant_id, kept - quantity)
    if was is WaitState.WAITING:
        stop_awaiting(wait.variant_id, wait.units)


def other_waits(employee_id: int, wanted: Offer, taken: Wait | None) -> list[Wait]:
    """The live waits of somebody for departures of a trip beside the one taken, locked, by variant.

    The wallet is theirs by now, and whoever joins such a line holds it too: none comes after.
    """
    if wanted.departure is None:
        return []
    mine = (
        sa.select(Wait.id)
        .join(Variant, Variant.id == Wait.variant_id)
        .where(
            Wait.employee_id == employee_id,
            Wait.state.in_(LIVE),
            Variant.reward_id == wanted.reward_id,
            Wait.id != (taken.id if taken else 0),
        )
    )
    locked = (lock_wait(wait_id, LIVE) for wait_id in session().scalars(mine.order_by(Variant.id)))
    return [wait for wait in locked if wait is not None]


def end_for_place(wait: Wait, *, at: datetime) -> None:
    """End a locked wait of somebody who has a place on the trip now."""
    let_go(wait, WaitState.ENDED, actor_id=wait.employee_id, at=at, note=Ended.HAS_PLACE.words)
