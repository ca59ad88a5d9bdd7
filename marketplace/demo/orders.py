"""Cards ordered from the provider this morning: one it refused, one it never answered, one to go.

The last is ordered as soon as a worker runs.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from catalog.models import Variant
from catalog.queries import offer
from marketplace.kernel.db import session
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of
from redemption.fulfillment.operations.fulfilling import fulfill_line
from redemption.models import RedemptionLine
from redemption.operations.submit import submit_redemption
from redemption.ordering.adapter import Kind, Outcome
from redemption.ordering.models import ProviderOrder
from redemption.ordering.operations.asking import begin, settle
from redemption.ordering.states import OrderState
from redemption.policies import as_offered

MORNING = timedelta(hours=5)
REFUSED = Outcome(kind=Kind.REJECTED, words="The provider refuses it: this card is out of stock.")
SILENT = Outcome(kind=Kind.UNKNOWN, words="The provider did not answer within 30 seconds.")
ORDERS = (
    ("sofia.lindqvist", "cardhouse:KETTLE-10", REFUSED),
    ("jonas.lind", "cardhouse:FERN-20", SILENT),
    ("clara.weiss", "cardhouse:KETTLE-10", None),
)


def load_orders(people: dict[str, int], *, at: datetime) -> int:
    """Ask for the cards, and tell what the provider said to it; how many were asked for."""
    asked = 0
    for handle, sku, answer in ORDERS:
        order_id = _ask(people[handle], sku, at=at)
        asked += order_id is not None
        if order_id is not None and answer is not None:
            _hear(order_id, answer)
    return asked


def _ask(employee_id: int, sku: str, *, at: datetime) -> int | None:
    """The order of one card at the provider; None where it can't be paid for."""
    actor, then = actor_of(employee_id), at - MORNING
    variant_id = session().scalars(sa.select(Variant.id).where(Variant.sku == sku)).one()
    chosen = offer(actor, variant_id, at=at)
    if chosen.points > points_of(employee_id, at=at).available:
        return None
    reference = submit_redemption(
        actor, as_offered(chosen), request_key=f"demo-{actor.id}-{sku}", at=then
    )
    mine = sa.select(RedemptionLine.id).where(RedemptionLine.reference == reference)
    line_id = session().scalars(mine).one()
    fulfill_line(line_id, at=then + timedelta(minutes=1))
    order = sa.select(ProviderOrder.id).where(ProviderOrder.line_id == line_id)
    return session().scalars(order).one()


def _hear(order_id: int, answer: Outcome) -> None:
    """Ask until the provider's answer has settled it."""
    for at in _turns(order_id):
        step = begin(order_id, at=at)
        if step is not None:
            settle(step, answer, at=at)


def _turns(order_id: int) -> Iterator[datetime]:
    """When it is asked for, as long as it is."""
    order = session().get_one(ProviderOrder, order_id)
    while order.next_at is not None and order.state in {OrderState.WANTED, OrderState.ASKED}:
        yield order.next_at
        session().refresh(order)
