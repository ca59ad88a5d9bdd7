"""Units that people wait for in line: counted beside the stock, so that one row decides.

Who waits is known above; here is how many units they wait for, and that nobody else takes them.
"""

from datetime import datetime

import sqlalchemy as sa

from catalog.errors import NotOnSale, StockMismatch
from catalog.models import UNITS_AT_HAND, UNITS_FREE, VariantStock
from catalog.operations.stock import is_on_sale
from marketplace.kernel.db import rows_changed, session


def await_units(variant_id: int, units: int) -> bool:
    """Count so many more that somebody waits for; False when they can be had without waiting."""
    return _changed(
        variant_id,
        sa.and_(units > UNITS_FREE, is_on_sale(variant_id)),
        awaited=VariantStock.awaited + units,
    )


def await_again(variant_id: int, units: int) -> None:
    """Count the units of somebody who stands in line already, whatever there is by now."""
    more = VariantStock.awaited + units
    _must(_changed(variant_id, sa.true(), awaited=more), variant_id)


def stop_awaiting(variant_id: int, units: int) -> None:
    """Nobody waits for so many any more: what would have been for them is for whoever comes."""
    fewer = VariantStock.awaited - units
    _must(_changed(variant_id, VariantStock.awaited >= units, awaited=fewer), variant_id)


def keep_awaited(variant_id: int, units: int) -> bool:
    """Set units aside for somebody who waits for them; False when too few are at hand."""
    stock = VariantStock
    at_hand = sa.or_(stock.capacity.is_(None), units <= UNITS_AT_HAND)
    return _changed(
        variant_id,
        sa.and_(at_hand, stock.awaited >= units),
        awaited=stock.awaited - units,
        reserved=stock.reserved + units,
    )


def put_back_awaited(variant_id: int, units: int) -> None:
    """Undo `keep_awaited`: the units are for whoever is next in line."""
    back = {
        "awaited": VariantStock.awaited + units,
        "reserved": VariantStock.reserved - units,
    }
    _must(_changed(variant_id, VariantStock.reserved >= units, **back), variant_id)


def take_kept(variant_id: int, units: int, *, at: datetime) -> None:
    """Units kept for somebody are set aside for their request now. Raises NotOnSale."""
    kept = sa.and_(VariantStock.reserved >= units, is_on_sale(variant_id))
    if not _changed(variant_id, kept, last_taken_at=at):
        raise NotOnSale


def _changed(variant_id: int, guard: sa.ColumnElement[bool], **values: object) -> bool:
    changed = session().execute(
        sa.update(VariantStock)
        .where(VariantStock.variant_id == variant_id, guard)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return rows_changed(changed) == 1


def _must(is_changed: bool, variant_id: int) -> None:
    if not is_changed:
        raise StockMismatch(f"Nobody is counted as waiting for variant {variant_id}.")
