"""A card for which the provider was asked for another: which of the two stands, and who is told."""

from datetime import datetime

from redemption.fulfillment.operations.fulfilling import ask_for_help
from redemption.fulfillment.operations.tasks import open_task
from redemption.fulfillment.states import Work
from redemption.ordering.models import ProviderOrder
from redemption.ordering.operations.orders import Move, fresh_order, move_order
from redemption.ordering.states import OrderState

NO_OTHER = "The provider made no other card in its place."


def bring_before_person(order: ProviderOrder, words: str, at: datetime) -> None:
    """Let the desk go on. Whoever has a card already is not told that theirs is late."""
    if order.replaces_id is None:
        ask_for_help(order.line_id, words, at=at)
    else:
        open_task(order.line_id, Work.ISSUE, at=at, problem=f"No other card yet: {words}")


def let_old_card_stand(order: ProviderOrder, at: datetime) -> ProviderOrder | None:
    """Nothing took the place of the first card, so its order stands again; that order.

    None where the order is in place of no other.
    """
    if order.replaces_id is None:
        return None
    old = fresh_order(order.replaces_id)
    if old.state is OrderState.REPLACED:
        move_order(old, Move(OrderState.DELIVERED, at, NO_OTHER))
    return old
