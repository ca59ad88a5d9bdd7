"""Units that people wait for in line: counted beside the stock, so that one row decides.

Who waits is known above; here is how many do, and that nobody else takes what is for them.
"""

from datetime import datetime

import sqlalchemy as sa

from catalog.errors import NotOnSale, StockMismatch
from catalog.models import UNITS_AT_HAND, UNITS_FREE, VariantStock
from catalog.operations.stock import is_on_sale
from marketplace.kernel.db import rows_changed, session


def await_unit(variant_id: int) -> bool:
    """Count one more who waits for a unit; False when there is one to be had without waiting."""
    return _changed(
        variant_id,
        sa.and_(UNITS_FREE <= 0, is_on_sale(variant_id)),
        awaited=VariantStock.awaited + 1,
    )


def await_again(variant_id: int) -> None:
    """Count somebody who stands in line already, whatever there is by now."""
    _must(_changed(variant_id, sa.true(), awaited=VariantStock.awaited + 1), variant_id)


def stop_awaiting(variant_id: int) -> None:
    """Somebody waits no longer: what would have been for them is for whoever comes."""
    one_less = VariantStock.awaited - 1
    _must(_changed(variant_id, VariantStock.awaited >= 1, awaited=one_less), variant_id)


def keep_awaited(variant_id: int) -> bool:
    """Set one unit aside for somebody who waits; False when there is none at hand."""
    stock = VariantStock
    at_hand = sa.or_(stock.capacity.is_(None), UNITS_AT_HAND >= 1)
    return _changed(
        variant_id,
        sa.and_(at_hand, stock.awaited >= 1),
        awaited=stock.awaited - 1,
        reserved=stock.reserved + 1,
    )


def put_back_awaited(variant_id: int) -> None:
    """Undo `keep_awaited`: the unit is for whoever is first in line."""
    back = {"awaited": VariantStock.awaited + 1, "reserved": VariantStock.reserved - 1}
    _must(_changed(variant_id, VariantStock.reserved >= 1, **back), variant_id)


def take_kept(variant_id: int, *, at: datetime) -> None:
    """The unit kept for somebody is set aside for their request now. Raises NotOnSale."""
    kept = sa.and_(VariantStock.reserved >= 1, is_on_sale(variant_id))
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
