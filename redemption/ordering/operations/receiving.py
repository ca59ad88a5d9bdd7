"""A delivered code: sealed, compared with every code that came before, and made a voucher.

The points are spent when the last unit of the line is there, in the same transaction.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.secrets import open_sealed, seal
from redemption.codes.operations.reports import close_if_answered, settle_report
from redemption.codes.states import Outcome
from redemption.fulfillment.operations.fulfilling import close_issue
from redemption.models import RedemptionLine
from redemption.operations.ending import finish_line
from redemption.ordering.adapter import Told
from redemption.ordering.models import ProviderOrder
from redemption.ordering.operations.orders import Move, move_order, orders_of
from redemption.ordering.policies import sealed_for
from redemption.ordering.states import OrderState
from redemption.vouchers.models import Voucher
from redemption.vouchers.operations import issue_received, put_out_of_use
from redemption.vouchers.received import (
    Card,
    Received,
    digest_of,
    known_among,
    knows_codes,
    packed,
    unpacked,
)

REPLACED = "The provider made another card."


def receive(order: ProviderOrder, told: Told, at: datetime) -> str:
    """Take a complete order's codes; why they can't be believed, empty when they are."""
    card = Card(told.credentials, told.instructions)
    digest = digest_of(card)
    if known_among([digest]):
        return "The provider sent a code that it had sent before for another order."
    move_order(
        order,
        Move(OrderState.DELIVERED, at),
        provider_ref=told.provider_ref,
        charged_minor=told.charged_minor,
        charged_currency=told.charged_currency,
        fingerprint=digest,
        cipher=seal(packed(card), sealed_for(order.client_ref)),
    )
    crashpoint("ordering.received")
    if order.replaces_id is None:
        _finish(order.line_id, at)
    else:
        _replace_card(order, at)
    return ""


def _forget_codes(orders: Collection[ProviderOrder]) -> None:
    """The vouchers have them now."""
    session().execute(
        sa.update(ProviderOrder)
        .where(ProviderOrder.id.in_([order.id for order in orders]))
        .values(cipher=None),
        execution_options={"synchronize_session": False},
    )


@knows_codes
def digests_of_orders(digests: Collection[str]) -> set[str]:
    """Which of these a provider sent."""
    found = sa.select(ProviderOrder.fingerprint).where(ProviderOrder.fingerprint.in_(digests))
    return {one for one in session().scalars(found) if one is not None}


def _finish(line_id: int, at: datetime) -> None:
    """Spend the points and hand the vouchers out, once every unit is there."""
    line, orders = session().get_one(RedemptionLine, line_id), orders_of(line_id)
    here = [order for order in orders if order.state is OrderState.DELIVERED]
    if len(here) < line.quantity or not finish_line(line_id, at=at):
        return
    issue_received(line, [_received(order, at) for order in here], at=at)
    _forget_codes(here)
    crashpoint("ordering.issued")
    close_issue(line_id, at=at)
    enqueue("fulfillment.tell_ready", key=f"{line_id}:1", line_id=line_id, turn=1)


def _replace_card(order: ProviderOrder, at: datetime) -> None:
    """The new card takes the place of the one that did not work, which counts no more."""
    line = session().get_one(RedemptionLine, order.line_id)
    old = (
        session()
        .scalars(sa.select(Voucher).where(Voucher.provider_order_id == order.replaces_id))
        .one()
    )
    put_out_of_use(old, "The provider made another card in its place.", at)
    crashpoint("ordering.between_cards")
    issue_received(line, [_received(order, at)], at=at)
    _forget_codes([order])
    settle_report(old.id, Outcome.REPLACED, REPLACED, Actor.system(), at=at)
    close_if_answered(line.id, at=at)


def _received(order: ProviderOrder, at: datetime) -> Received:
    assert order.cipher is not None, f"the code of order {order.client_ref} is gone"
    days = order.item["capabilities"].get("claim_days")
    return Received(
        unit_no=order.unit_no,
        issue=order.issue,
        order_id=order.id,
        card=unpacked(open_sealed(order.cipher, sealed_for(order.client_ref))),
        valid_until=(at + timedelta(days=days)).date() if days else None,
    )
