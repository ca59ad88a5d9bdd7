"""A line ended although something was ordered: it is taken back where the provider lets us."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from redemption.models import RedemptionLine
from redemption.operations.lines import lock_line
from redemption.operations.revoking import revokes
from redemption.ordering.adapter import Kind, Outcome, TheirState
from redemption.ordering.models import ProviderOrder
from redemption.ordering.operations.asking import ANYWHERE, Step
from redemption.ordering.operations.circuit import note_answer
from redemption.ordering.operations.orders import Move, fresh_order, go_on, move_order, orders_of
from redemption.ordering.operations.replaced import let_old_card_stand
from redemption.ordering.policies import TRIES, pause
from redemption.ordering.states import PERHAPS_THERE, OrderState
from redemption.returns import kept_while, returnable_while
from redemption.vouchers.giving_back import GivenUp, busy_with, lets_go

_S = OrderState
ENDED = "The request was taken back."
GIVEN_UP = "The card did not work, and its points were given back."
UNDER_WAY = "The provider was asked to cancel it."
NOT_THERE = "The provider does not know it, or not yet."
UNDONE = frozenset({TheirState.CANCELED, TheirState.FAILED, TheirState.REPLACED})
LOOKS = 3
"""How often it must not be there before nothing was bought: an order may arrive late."""


@revokes
def take_back_orders(line_id: int, at: datetime) -> None:
    """Forget what nobody asked for yet, and ask for the rest to be canceled.

    A call may be on its way just now; the cancellation waits until it must have ended.
    """
    for order in orders_of(line_id):
        take_back_order(order, ENDED, at)


def take_back_order(order: ProviderOrder, why: str, at: datetime) -> None:
    """Forget one order, or ask for its card to be taken back, also for one it was to replace."""
    if order.state is _S.WANTED:
        move_order(order, Move(_S.CANCELED, at, why))
        _take_back_old(order, why, at)
    elif order.state in PERHAPS_THERE:
        begins = max(order.next_at or at, at) if order.state is _S.ASKED else at
        move_order(order, Move(_S.CANCELLING, at, why), next_at=begins, tries=0, cipher=None)
        go_on(order, after=begins - at)


def _take_back_old(order: ProviderOrder, why: str, at: datetime) -> None:
    """No other card was made, so the first one is still paid for."""
    if old := let_old_card_stand(order, at):
        take_back_order(old, why, at)


def settle_cancelling(step: Step, outcome: Outcome, *, at: datetime) -> bool:
    """Record what came of looking, or of asking for a cancellation."""
    lock_line(step.line_id, ANYWHERE)
    order = fresh_order(step.order_id)
    if order.version != step.version:
        return False
    told = outcome.order
    is_undone = told is not None and told.state in UNDONE
    was_asked_to = order.reason == UNDER_WAY
    if outcome.kind is Kind.NOT_FOUND and order.tries < LOOKS:  # a late order may still come
        _ask_again(order, outcome.words or NOT_THERE, at)
    elif outcome.kind is Kind.NOT_FOUND or is_undone:
        move_order(order, Move(_S.CANCELED, at, "The provider charges nothing for it."))
        if told is None or told.state is TheirState.FAILED:
            _take_back_old(order, ENDED, at)
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


@busy_with
def is_asked_for_another(line_id: int, unit_no: int) -> str:
    """Why nobody gives a card back just now: its provider makes another in its place."""
    asked = sa.exists().where(
        ProviderOrder.line_id == line_id,
        ProviderOrder.unit_no == unit_no,
        ProviderOrder.replaces_id.is_not(None),
        ProviderOrder.state.in_((_S.WANTED, _S.ASKED, _S.PENDING)),
    )
    is_busy = session().scalar(sa.select(asked))
    return "The provider is making another card just now. Wait for its answer." if is_busy else ""


@lets_go
def let_go_of_order(gone: GivenUp, at: datetime) -> None:
    """Ask the provider to take the one card back, where it does that."""
    for order in orders_of(gone.line.id):
        if order.unit_no == gone.unit_no:
            take_back_order(order, GIVEN_UP, at)


@returnable_while
def nothing_was_bought() -> sa.ColumnElement[bool]:
    """Whether a line is a provider's and waits for nothing that the provider could have."""
    of_line = sa.exists().where(ProviderOrder.line_id == RedemptionLine.id)
    return of_line & ~of_line.where(ProviderOrder.state.not_in((_S.WANTED, _S.NO_FUNDS)))


@kept_while
def was_bought_for_good() -> sa.ColumnElement[bool]:
    """Whether something of a line may be at the provider, who takes it back from nobody."""
    can_cancel = ProviderOrder.item["capabilities", "can_cancel"].as_boolean()
    is_cancelable = sa.func.coalesce(can_cancel, sa.false())
    return sa.exists().where(
        ProviderOrder.line_id == RedemptionLine.id,
        sa.or_(
            ProviderOrder.state.in_((_S.ASKED, _S.PENDING, _S.HELD, _S.QUARANTINED)),
            sa.and_(ProviderOrder.state == _S.DELIVERED, ~is_cancelable),
        ),
    )
