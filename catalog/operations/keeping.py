"""Places kept for people who are invited: nobody else takes them until they answer."""

import sqlalchemy as sa

from catalog.models import UNITS_AT_HAND, UNITS_FREE, VariantStock
from catalog.operations.stock import is_on_sale
from marketplace.kernel.db import rows_changed, session


def keep_places(variant_id: int, places: int, *, ahead_of_line: bool) -> bool:
    """Set places of a departure aside; False when so many are not at hand, or it is off the shelf.

    `ahead_of_line`: who waits in line to buy a place stands behind them.
    """
    stock = VariantStock
    at_hand = UNITS_AT_HAND if ahead_of_line else UNITS_FREE
    kept = session().execute(
        sa.update(stock)
        .where(
            stock.variant_id == variant_id,
            sa.or_(stock.capacity.is_(None), at_hand >= places),
            is_on_sale(variant_id),
        )
        .values(reserved=stock.reserved + places)
        .execution_options(synchronize_session=False)
    )
    return rows_changed(kept) == 1


def places_left(variant_id: int) -> int | None:
    """How many places are neither taken nor kept nor waited for; None for as many as are asked."""
    row = (
        session()
        .execute(
            sa.select(VariantStock.capacity, UNITS_FREE).where(
                VariantStock.variant_id == variant_id
            )
        )
        .one()
    )
    return None if row[0] is None else max(0, row[1])
