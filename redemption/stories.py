"""What the points page says about points that were set aside, spent or given back for a request."""

from collections.abc import Sequence

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.ledger.stories import Entry, Story, tells
from redemption.models import RedemptionLine


@tells("redemption")
def tell(entries: Sequence[Entry]) -> dict[int, Story]:
    """Which reward the points were for, and the page of the request."""
    by_reference = {entry.reference: entry.reference.partition(":")[2] for entry in entries}
    rows = session().execute(
        sa.select(RedemptionLine.reference, RedemptionLine.snapshot).where(
            RedemptionLine.reference.in_(sorted(set(by_reference.values())))
        )
    )
    names = {reference: snapshot["name"] for reference, snapshot in rows}
    return {
        entry.transfer_id: Story(names[reference], path=f"/redemptions/{reference}")
        for entry in entries
        if (reference := by_reference[entry.reference]) in names
    }
