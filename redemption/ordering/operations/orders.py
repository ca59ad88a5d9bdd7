"""An order's opening and its moves: the guarded UPDATE decides, the event row remembers.

Every path locks the line first, so the orders of a line are moved by one at a time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from catalog.providers.models import Provider
from marketplace.kernel.db import session
from marketplace.kernel.errors import IllegalMove
from marketplace.kernel.jobs import enqueue
from redemption.ordering.models import ProviderAccount, ProviderOrder, ProviderOrderEvent
from redemption.ordering.states import GONE, MOVES, OrderState


@dataclass(frozen=True, slots=True)
class Move:
    """Where an order goes, when, by whom (nobody: the machine) and why."""

    to: OrderState
    at: datetime
    note: str = ""
    actor_id: int | None = None


def fresh_order(order_id: int) -> ProviderOrder:
    """An order as it stands, its row locked for this transaction."""
    return session().get_one(ProviderOrder, order_id, populate_existing=True, with_for_update=True)


def orders_of(line_id: int) -> list[ProviderOrder]:
    """The orders of a line that stand for their units, as they are now."""
    return list(
        session().scalars(
            sa.select(ProviderOrder)
            .where(ProviderOrder.line_id == line_id, ProviderOrder.state.not_in(GONE))
            .order_by(ProviderOrder.unit_no)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def account_of(provider_id: int) -> ProviderAccount | None:
    """How a provider is ordered from, locked for this transaction; the last rank of all."""
    return session().get(ProviderAccount, provider_id, populate_existing=True, with_for_update=True)


def provider_name(provider_id: int) -> str:
    """What a provider is called."""
    return session().get_one(Provider, provider_id).name


def remember_opening(order: ProviderOrder) -> None:
    """The first row of an order's story."""
    _remember(order, 1, None, Move(OrderState.WANTED, order.created_at))


def move_order(order: ProviderOrder, move: Move, **values: object) -> None:
    """Move an order and remember it. Raises IllegalMove for a move not in the table."""
    came_from = order.state
    if move.to not in MOVES[came_from]:
        raise IllegalMove(came_from, move.to)
    since = {} if move.to is came_from else {"since": move.at}
    version = session().scalar(
        sa.update(ProviderOrder)
        .where(
            ProviderOrder.id == order.id,
            ProviderOrder.state == came_from,
            ProviderOrder.version == order.version,
        )
        .values(
            state=move.to,
            version=ProviderOrder.version + 1,
            **({"reason": move.note, "next_at": None} | since | values),
        )
        .returning(ProviderOrder.version),
        execution_options={"synchronize_session": False},
    )
    if version is None:
        raise IllegalMove(came_from, move.to)
    _remember(order, version, came_from, move)
    session().refresh(order)


def _remember(order: ProviderOrder, seq: int, came_from: OrderState | None, move: Move) -> None:
    session().execute(
        sa.insert(ProviderOrderEvent).values(
            order_id=order.id,
            seq=seq,
            from_state=came_from,
            to_state=move.to,
            actor_id=move.actor_id,
            note=move.note,
            at=move.at,
        )
    )


def go_on(order: ProviderOrder, *, after: timedelta = timedelta(0)) -> None:
    """Promise to go on with an order; a sweep takes up what is lost."""
    key = f"{order.id}:{order.version}"
    enqueue("ordering.go_on", key=key, delay=after, order_id=order.id)
