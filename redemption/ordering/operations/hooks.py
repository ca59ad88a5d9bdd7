"""Events that providers send: kept once, and never believed beyond “look at this order again”."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.secrets import seal
from redemption.ordering.adapter import Event
from redemption.ordering.models import ProviderAccount, ProviderHook, ProviderOrder
from redemption.ordering.states import AWAITED, HookVerdict, OrderState

SOONER = frozenset({OrderState.PENDING, OrderState.CANCELLING})


def take_event(provider_id: int, event: Event, *, at: datetime) -> HookVerdict | None:
    """Keep an event and look at its order again; None when it came before.

    An older revision than one that came before changes nothing, nor does one about an order that
    we do not know: both are kept.
    """
    order = session().scalar(
        sa.select(ProviderOrder).where(
            ProviderOrder.client_ref == event.client_ref,
            ProviderOrder.provider_id == provider_id,
        )
    )
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


def _look_again(order: ProviderOrder, event: Event, at: datetime) -> None:
    """Let the order be looked at now instead of at its time, unless somebody is just asking."""
    newer = sa.update(ProviderOrder).where(
        ProviderOrder.id == order.id, ProviderOrder.revision < event.revision
    )
    if not rows_changed(_run(newer.values(revision=event.revision))):
        return
    sooner = sa.update(ProviderOrder).where(
        ProviderOrder.id == order.id,
        ProviderOrder.state.in_(SOONER),
        ProviderOrder.version == order.version,
    )
    if order.state in AWAITED and rows_changed(_run(sooner.values(next_at=at))):
        key = f"{order.id}:{order.version}:event:{event.event_id}"
        enqueue("ordering.go_on", key=key, order_id=order.id)


def _run(statement: sa.Update) -> object:
    return session().execute(statement, execution_options={"synchronize_session": False})


def count_refused(provider_id: int, times: int) -> None:
    """Count what came without a right signature; nothing else of it is kept."""
    _run(
        sa.update(ProviderAccount)
        .where(ProviderAccount.provider_id == provider_id)
        .values(refused_hooks=ProviderAccount.refused_hooks + times)
    )
