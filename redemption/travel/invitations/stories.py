"""What the points page says about points that somebody took in place of a trip."""

from collections.abc import Sequence

import sqlalchemy as sa

from catalog.models import Departure, Reward
from catalog.views.dates import span_of_days
from marketplace.kernel.db import session
from marketplace.ledger.stories import Entry, Story, tells
from redemption.travel.invitations.models import Invitation


@tells("trade")
def tell(entries: Sequence[Entry]) -> dict[int, Story]:
    """Which trip they were taken for, and the page of the invitation."""
    rows = session().execute(
        sa.select(
            Invitation.id,
            Invitation.trade_transfer_id,
            Reward.name,
            Departure.starts_on,
            Departure.ends_on,
        )
        .join(Reward, Reward.id == Invitation.trip_id)
        .join(Departure, Departure.variant_id == Invitation.variant_id)
        .where(Invitation.trade_transfer_id.in_([entry.transfer_id for entry in entries]))
    )
    return {
        row.trade_transfer_id: Story(
            f"In place of {row.name}",
            (("Trip", f"{row.name}, {span_of_days(row.starts_on, row.ends_on)}"),),
            path=f"/invitations/{row.id}",
        )
        for row in rows
    }
