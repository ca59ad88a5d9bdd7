"""Which codes of a file the house has or had already, found by their digests."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from catalog.models import Reward, Variant
from marketplace.kernel.db import in_batches, session
from redemption.codes.models import CodePool, StockCode
from redemption.codes.states import CodeState
from redemption.vouchers.received import known_among


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a code: here, withdrawn (it may come back), or elsewhere, perhaps where."""

    is_here: bool = False
    is_withdrawn: bool = False
    where: str = ""


def standings(pool_id: int, digests: Sequence[str]) -> dict[str, Standing]:
    """What is known of those of the digests that came before."""
    found: dict[str, Standing] = {}
    for some in in_batches(digests):
        found |= dict.fromkeys(known_among(some), Standing())
        found |= _in_stock(pool_id, some)
    return found


def _in_stock(pool_id: int, digests: Sequence[str]) -> dict[str, Standing]:
    rows = session().execute(
        sa.select(
            StockCode.fingerprint, StockCode.pool_id, StockCode.state, Reward.name, Variant.label
        )
        .join(CodePool, CodePool.id == StockCode.pool_id)
        .join(Variant, Variant.id == CodePool.variant_id)
        .join(Reward, Reward.id == Variant.reward_id)
        .where(StockCode.fingerprint.in_(digests))
    )
    return {
        row.fingerprint: Standing(
            is_here=row.pool_id == pool_id,
            is_withdrawn=row.state is CodeState.WITHDRAWN,
            where=f"{row.name}, {row.label}",
        )
        for row in rows
    }
