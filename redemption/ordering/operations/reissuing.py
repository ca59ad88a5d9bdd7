"""A provider's card does not work: the desk has the provider make another in its place.

The new card is an order like any other, by a reference of the same family, so that everything that
guards an order guards it: it is looked up before it is asked for again, and a late answer is left
alone. Lock rank: request key, line, orders.
"""

from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from redemption.codes.operations.reports import open_report
from redemption.operations.lines import lock_line, refuse_own
from redemption.ordering.errors import NoReissue
from redemption.ordering.models import ProviderOrder
from redemption.ordering.operations.orders import Move, account_of, move_order, orders_of
from redemption.ordering.operations.wanting import resume, want_instead
from redemption.ordering.reissue import reissue_obstacle
from redemption.ordering.states import OrderState
from redemption.states import LineState
from redemption.vouchers.models import Voucher

_FULFILLED = frozenset({LineState.FULFILLED})
ASKED = "The provider is asked for another card."


def ask_for_reissue(actor: Actor, report_id: int, *, request_key: str, at: datetime) -> int:
    """Ask the provider for another card in place of one that was reported; the new order.

    The first card counts until the other is here. Asking anew after it got stuck goes on with the
    same order. Raises NotFound, BadInput, OwnRequest, NoReissue with the reason.
    """
    is_person = actor.employee_id is not None
    if is_person and (done := claim_key(actor.id, request_key, at=at, reissue=report_id)):
        return int(done)
    report = open_report(report_id)
    line = lock_line(report.line_id, _FULFILLED)
    if line is None:
        raise NotFound("This request ended meanwhile.")
    refuse_own(actor, line)
    voucher = session().get_one(Voucher, report.voucher_id, populate_existing=True)
    order = _standing(line.id, voucher)
    if obstacle := _obstacle(order):
        raise NoReissue(obstacle)
    assert order is not None
    if order.state is OrderState.HELD:
        resume(order, at)
    else:
        move_order(order, Move(OrderState.REPLACED, at, ASKED, actor.employee_id))
        crashpoint("ordering.reissue_wanted")
        order = want_instead(line, order, at)
    audit.record(actor.employee_id, "ordering.reissue_asked", f"order:{order.id}", at=at)
    if is_person:
        answer_key(actor.id, request_key, str(order.id))
    return order.id


def _standing(line_id: int, voucher: Voucher) -> ProviderOrder | None:
    """The order that stands for a voucher's unit: its own, or the one in its place."""
    if voucher.provider_order_id is None:
        return None
    return next((one for one in orders_of(line_id) if one.unit_no == voucher.unit_no), None)


def _obstacle(order: ProviderOrder | None) -> str:
    if order is None:
        return reissue_obstacle(None, adapter=None, item={})
    account = account_of(order.provider_id)
    return reissue_obstacle(
        order.state,
        adapter=account.adapter if account else None,
        item=order.item["capabilities"],
    )
