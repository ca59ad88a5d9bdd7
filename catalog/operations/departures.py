"""A departure that does not take place: off the shelf for good, with no place left to take."""

from datetime import datetime

import sqlalchemy as sa

from catalog.models import Departure, VariantStock
from catalog.operations.capacity import set_capacity
from catalog.operations.deeds import locked_variant, note_deed
from catalog.shelf.operations import refresh_listing
from catalog.states import VariantState
from marketplace.access.actor import Actor
from marketplace.kernel.db import rows_changed, session


def cancel_departure(actor: Actor, variant_id: int, *, reason: str, at: datetime) -> bool:
    """Let nobody take a place on a departure any more; False when somebody was faster.

    The stock is cut down to what is taken, so that a request which looked at the shelf a moment
    before is refused by the stock itself.
    """
    variant = locked_variant(variant_id)
    canceled = session().execute(
        sa.update(Departure)
        .where(Departure.variant_id == variant_id, Departure.canceled_at.is_(None))
        .values(canceled_at=at)
    )
    if not rows_changed(canceled):
        return False
    variant.state = VariantState.WITHDRAWN
    session().flush()
    set_capacity(actor, variant_id, _taken(variant_id), reason=reason, at=at)
    refresh_listing(variant.reward_id, at=at)
    facts = {"sku": variant.sku, "reason": reason}
    note_deed(actor, "catalog.cancel_departure", variant.reward_id, at=at, **facts)
    return True


def _taken(variant_id: int) -> int:
    taken = sa.select(VariantStock.reserved + VariantStock.sold).where(
        VariantStock.variant_id == variant_id
    )
    return session().execute(taken.with_for_update()).scalar_one()
