"""A line of a provider's item becomes orders, one for each unit; another try begins here too."""

from datetime import datetime

import sqlalchemy as sa

from catalog.providers.models import Provider, SyncedItem
from catalog.states import Kind
from marketplace.kernel.db import session
from redemption.fulfillment.operations.fulfilling import takes_over
from redemption.models import Redemption, RedemptionLine
from redemption.ordering.errors import ItemChanged, LockedAway, NoDoor
from redemption.ordering.models import ProviderOrder
from redemption.ordering.operations.orders import (
    account_of,
    go_on,
    orders_of,
    provider_name,
    remember_opening,
)
from redemption.ordering.policies import client_ref
from redemption.ordering.states import OrderState


@takes_over
def order_line(line: RedemptionLine, at: datetime) -> bool:
    """Want one order for each unit of a provider's gift card, or try again what stopped.

    False where the line is no provider's. Raises NoDoor, ItemChanged, LockedAway, which bring the
    line before a person.
    """
    item = _item_of(line)
    if item is None:
        _refuse_orphan(line)
        return False
    standing = {order.unit_no: order for order in orders_of(line.id)}
    for order in standing.values():
        if order.state is OrderState.QUARANTINED:
            raise LockedAway(order.client_ref, order.reason)
    missing = [unit for unit in range(1, line.quantity + 1) if unit not in standing]
    if missing:
        _refuse_changed(line, item)
    for unit_no in missing:
        _want(line, item, unit_no, at)
    for order in standing.values():
        if order.state is OrderState.HELD:
            resume(order, at)
    return True


def _item_of(line: RedemptionLine) -> SyncedItem | None:
    if line.snapshot["kind"] != Kind.GIFT_CARD:
        return None
    return session().scalar(sa.select(SyncedItem).where(SyncedItem.variant_id == line.variant_id))


def _refuse_orphan(line: RedemptionLine) -> None:
    """Raise for a provider's card whose item went to another reward meanwhile.

    It must become no code of ours, and what was ordered of it may be there.
    """
    slugs = session().scalars(sa.select(Provider.slug)).all()
    is_theirs = line.snapshot["kind"] == Kind.GIFT_CARD and any(
        line.snapshot["sku"].startswith(f"{slug}:") for slug in slugs
    )
    if is_theirs or orders_of(line.id):
        raise ItemChanged(line.snapshot["name"], "is offered in another way by its provider now.")


def _refuse_changed(line: RedemptionLine, item: SyncedItem) -> None:
    """Raise where the provider can't or won't deliver what was asked for."""
    name, facts = line.snapshot["name"], line.snapshot
    if account_of(item.provider_id) is None:
        raise NoDoor(provider_name(item.provider_id))
    if item.gone_at is not None or not item.is_available:
        raise ItemChanged(name, "is not to be had from the provider any more.")
    minor, currency = facts["cash_minor"], facts["currency"]
    in_range = minor is not None and item.low_minor <= minor <= item.high_minor
    if currency != item.currency or not in_range:
        raise ItemChanged(name, "has another amount at the provider by now.")


def _want(line: RedemptionLine, item: SyncedItem, unit_no: int, at: datetime) -> None:
    issue = 1 + _issues_before(line.id, unit_no)
    order = ProviderOrder(
        line_id=line.id,
        unit_no=unit_no,
        issue=issue,
        client_ref=_our_reference(line, unit_no, issue),
        provider_id=item.provider_id,
        sku=item.sku,
        minor=line.snapshot["cash_minor"],
        currency=line.snapshot["currency"],
        item={
            "name": item.name,
            "capabilities": item.capabilities,
            "terms": line.snapshot["terms"],
        },
        state=OrderState.WANTED,
        next_at=at,
        created_at=at,
        since=at,
    )
    _keep(order)


def want_instead(line: RedemptionLine, old: ProviderOrder, at: datetime) -> ProviderOrder:
    """Want another card in place of one that did not work, by a reference of the same family."""
    issue = 1 + _issues_before(line.id, old.unit_no)
    order = ProviderOrder(
        line_id=line.id,
        unit_no=old.unit_no,
        issue=issue,
        replaces_id=old.id,
        client_ref=_our_reference(line, old.unit_no, issue),
        provider_id=old.provider_id,
        sku=old.sku,
        minor=old.minor,
        currency=old.currency,
        item=old.item,
        state=OrderState.WANTED,
        next_at=at,
        created_at=at,
        since=at,
    )
    _keep(order)
    return order


def _our_reference(line: RedemptionLine, unit_no: int, issue: int) -> str:
    reference = session().get_one(Redemption, line.redemption_id).reference
    return client_ref(reference, line.position, unit_no, issue)


def _keep(order: ProviderOrder) -> None:
    session().add(order)
    session().flush()
    remember_opening(order)
    go_on(order)


def _issues_before(line_id: int, unit_no: int) -> int:
    before = sa.select(sa.func.max(ProviderOrder.issue)).where(
        ProviderOrder.line_id == line_id, ProviderOrder.unit_no == unit_no
    )
    return session().scalar(before) or 0


def resume(order: ProviderOrder, at: datetime) -> None:
    """Let a held order be asked for again, by the same reference; what became of it comes first."""
    session().execute(
        sa.update(ProviderOrder)
        .where(ProviderOrder.id == order.id)
        .values(tries=0, next_at=at, since=at, version=ProviderOrder.version + 1),
        execution_options={"synchronize_session": False},
    )
    session().refresh(order)
    go_on(order)
