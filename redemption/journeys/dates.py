"""The dates a trip really has: as booked for a package, as asked for otherwise."""

from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import session
from redemption.journeys.models import JourneyBooking
from redemption.models import RedemptionLine


def made_for(line_id: int) -> JourneyBooking | None:
    """What was booked of a package, as it holds now."""
    return session().scalar(
        sa.select(JourneyBooking)
        .where(JourneyBooking.line_id == line_id)
        .order_by(JourneyBooking.seq.desc())
        .limit(1)
    )


def real_departure(line: RedemptionLine) -> dict[str, Any] | None:
    """The departure in the snapshot of a line, on the dates that were booked."""
    departure = line.snapshot["departure"]
    made = made_for(line.id) if "wish" in line.snapshot else None
    if made is None:
        return departure
    dates = {"starts_on": made.starts_on.isoformat(), "ends_on": made.ends_on.isoformat()}
    return departure | dates
