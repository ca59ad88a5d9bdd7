"""Taking one's turn, inside the request that it becomes."""

from datetime import datetime

from catalog.operations import reserve_stock, stop_awaiting, take_kept
from redemption.waiting.models import Wait
from redemption.waiting.operations.moves import lock_own_wait, move_wait
from redemption.waiting.states import WaitState


def own_wait(employee_id: int, variant_id: int, *, at: datetime) -> Wait | None:
    """The wait of somebody who asks for what they waited for, locked; None for everyone else.

    An offer whose time is over gives nothing any more.
    """
    wait = lock_own_wait(employee_id, variant_id)
    if wait is None or (wait.state is WaitState.OFFERED and not is_kept(wait, at)):
        return None
    return wait


def is_kept(wait: Wait, at: datetime) -> bool:
    """Whether a unit is kept for this wait at a moment."""
    return wait.state is WaitState.OFFERED and wait.kept_until is not None and at < wait.kept_until


def take_turn(wait: Wait, quantity: int, line_id: int, *, at: datetime) -> None:
    """Set units aside for the line of a locked wait: the one that is kept, and others as for all.

    Raises SoldOut, NotOnSale; the transaction must not go on then.
    """
    was = wait.state
    move_wait(wait, WaitState.TAKEN, actor_id=wait.employee_id, at=at, line_id=line_id)
    if was is WaitState.OFFERED:
        take_kept(wait.variant_id, at=at)
        quantity -= 1
    if quantity:
        reserve_stock(wait.variant_id, quantity, at=at)
    if was is WaitState.WAITING:
        stop_awaiting(wait.variant_id)
