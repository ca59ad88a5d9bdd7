"""Events that providers send: kept once, and never believed beyond “look at this order again”."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.secrets import seal
from redemption.operations.lines import lock_line
from redemption.ordering.adapter import Event
from redemption.ordering.models import ProviderAccount, ProviderHook, ProviderOrder
from redemption.ordering.operations.asking import ANYWHERE
from redemption.ordering.operations.orders import Move, fresh_order, go_on, move_order
from redemption.ordering.states import HookVerdict, OrderState

SOONER = frozenset({OrderState.PENDING, OrderState.CANCELLING})
NEWS = "The provider has news of it, so it is looked at."


def take_event(provider_id: int, event: Event, *, at: datetime) -> HookVerdict | None:
    """Keep an event and look at its order again; None when it came before.

    An older revision than one that came before changes nothing, nor does one about an order that
    we do not know: both are kept.
    """
    order = _order_of(provider_id, event)
    verdict = HookVerdict.UNKNOWN
    if order is not None:
        is_new = event.revision > order.revision
        verdict = HookVerdict.TAKEN if is_new else HookVerdict.STALE
    kept = session().scalar(
        insert_or_skip(ProviderHook)
        .values(
            provider_id=provider_id,
            event_id=event.event_id,
            kind=event.kind,
            client_ref=event.client_ref,
            revision=event.revision,
            verdict=verdict,
            body=seal(event.body.decode(errors="replace"), f"provider_hooks:{event.event_id}"),
            received_at=at,
        )
        .on_conflict_do_nothing()
        .returning(ProviderHook.id)
    )
    if kept is None:
        return None
    if order is not None and verdict is HookVerdict.TAKEN:
        _look_again(order, event, at)
    return verdict


def _order_of(provider_id: int, event: Event) -> ProviderOrder | None:
    """The order an event is about, its line locked as on every path."""
    found = (
        session()
        .execute(
            sa.select(ProviderOrder.id, ProviderOrder.line_id).where(
                ProviderOrder.client_ref == event.client_ref,
                ProviderOrder.provider_id == provider_id,
            )
        )
        .one_or_none()
    )
    if found is None:
        return None
    lock_line(found.line_id, ANYWHERE)
    return fresh_order(found.id)


def _look_again(order: ProviderOrder, event: Event, at: datetime) -> None:
    """Let the order be looked at now instead of at its time.

    One that a person has is looked at, too, and only looked at: what may be sent again once it is
    not found stays theirs to say.
    """
    order.revision = event.revision
    session().flush()
    if order.state is OrderState.HELD:
        move_order(order, Move(OrderState.PENDING, at, NEWS), next_at=at, tries=0)
        go_on(order)
    elif order.state in SOONER:
        order.next_at = at
        session().flush()
        key = f"{order.id}:{order.version}:event:{event.event_id}"
        enqueue("ordering.go_on", key=key, order_id=order.id)


def count_refused(provider_id: int, times: int) -> None:
    """Count what came without a right signature; nothing else of it is kept."""
    session().execute(
        sa.update(ProviderAccount)
        .where(ProviderAccount.provider_id == provider_id)
        .values(refused_hooks=ProviderAccount.refused_hooks + times),
        execution_options={"synchronize_session": False},
    )
