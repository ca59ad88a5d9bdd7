"""A line ended although something was ordered: it is taken back where the provider lets us."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from redemption.operations.lines import lock_line
from redemption.operations.revoking import revokes
from redemption.ordering.adapter import Kind, Outcome, TheirState
from redemption.ordering.models import ProviderOrder
from redemption.ordering.operations.asking import ANYWHERE, Step
from redemption.ordering.operations.circuit import note_answer
from redemption.ordering.operations.orders import Move, fresh_order, go_on, move_order, orders_of
from redemption.ordering.policies import TRIES, pause
from redemption.ordering.states import PERHAPS_THERE, OrderState
from redemption.returns import kept_while, returnable_while

_S = OrderState
ENDED = "The request was taken back."
UNDER_WAY = "The provider was asked to cancel it."
NOT_THERE = "The provider does not know it, or not yet."
LOOKS = 3
"""How often it must not be there before nothing was bought: an order may arrive late."""


@revokes
def take_back_orders(line_id: int, at: datetime) -> None:
    """Forget what nobody asked for yet, and ask for the rest to be canceled.

    A call may be on its way just now; the cancellation waits until it must have ended.
    """
    for order in orders_of(line_id):
        if order.state is _S.WANTED:
            move_order(order, Move(_S.CANCELED, at, ENDED))
        elif order.state in PERHAPS_THERE:
            begins = max(order.next_at or at, at) if order.state is _S.ASKED else at
            move_order(order, Move(_S.CANCELLING, at, ENDED), next_at=begins, tries=0, cipher=None)
            go_on(order, after=begins - at)


def settle_cancelling(step: Step, outcome: Outcome, *, at: datetime) -> bool:
    """Record what came of looking, or of asking for a cancellation."""
    lock_line(step.line_id, ANYWHERE)
    order = fresh_order(step.order_id)
    if order.version != step.version:
        return False
    told = outcome.order
    is_undone = told is not None and told.state in {TheirState.CANCELED, TheirState.FAILED}
    was_asked_to = order.reason == UNDER_WAY
    if outcome.kind is Kind.NOT_FOUND and order.tries < LOOKS:  # a late order may still come
        _ask_again(order, outcome.words or NOT_THERE, at)
    elif outcome.kind is Kind.NOT_FOUND or is_undone:
        move_order(order, Move(_S.CANCELED, at, "The provider charges nothing for it."))
    elif told is not None and told.state is TheirState.COMPLETE and not step.can_cancel:
        _leave(order, "The provider takes this item back from nobody.", at)
    elif outcome.kind is Kind.REJECTED and not was_asked_to:
        _leave(order, outcome.words, at)
    else:
        _ask_again(order, UNDER_WAY if was_asked_to else outcome.words or UNDER_WAY, at)
    note_answer(order.provider_id, outcome, at=at)
    return True


def _leave(order: ProviderOrder, words: str, at: datetime) -> None:
    move_order(order, Move(_S.LEFTOVER, at, words))


def _ask_again(order: ProviderOrder, words: str, at: datetime) -> None:
    """It is under way, or nobody answered: look again, but not for ever."""
    if order.tries >= 2 * TRIES:
        _leave(order, f"{words} It was asked {order.tries} times.", at)
        return
    wait = pause(order.tries)
    move_order(order, Move(_S.CANCELLING, at, words), next_at=at + wait)
    go_on(order, after=wait)


@returnable_while
def nothing_was_bought(line_id: int) -> bool:
    """Whether the line is a provider's and waits for nothing that the provider could have."""
    states = set(
        session().scalars(sa.select(ProviderOrder.state).where(ProviderOrder.line_id == line_id))
    )
    return bool(states) and states <= {_S.WANTED, _S.NO_FUNDS}


@kept_while
def was_bought_for_good(line_id: int) -> bool:
    """Whether something of the line may be at the provider, who takes it back from nobody."""
    orders = session().scalars(
        sa.select(ProviderOrder).where(
            ProviderOrder.line_id == line_id,
            ProviderOrder.state.in_((_S.ASKED, _S.PENDING, _S.HELD, _S.QUARANTINED, _S.DELIVERED)),
        )
    )
    return any(
        order.state is not _S.DELIVERED or not order.item["capabilities"].get("can_cancel")
        for order in orders
    )
