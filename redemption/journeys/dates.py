"""The dates a trip really has: as booked for a package, as asked for otherwise."""

from datetime import date
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
    return _moved(departure, made.starts_on) | {"ends_on": made.ends_on.isoformat()}


def as_it_holds(line: RedemptionLine) -> dict[str, Any]:
    """The snapshot of a line on the dates that were booked: what its terms count from."""
    return line.snapshot | {"departure": real_departure(line)}


def begins_on() -> sa.ScalarSelect[date]:
    """The first day booked of a package, as it holds, for a statement that selects from lines."""
    return (
        sa.select(JourneyBooking.starts_on)
        .where(JourneyBooking.line_id == RedemptionLine.id)
        .order_by(JourneyBooking.seq.desc())
        .limit(1)
        .correlate(RedemptionLine)
        .scalar_subquery()
    )


def as_begun(snapshot: dict[str, Any], begins: date | None) -> dict[str, Any]:
    """The same of whoever has read `begins_on`; its last day is not looked at."""
    if begins is None:
        return snapshot
    return snapshot | {"departure": _moved(snapshot["departure"], begins)}


def _moved(departure: dict[str, Any], starts_on: date) -> dict[str, Any]:
    """Another first day; the last day to ask is as many days before it as it was."""
    first, cutoff = (date.fromisoformat(departure[one]) for one in ("starts_on", "cutoff_on"))
    days = {"starts_on": starts_on, "cutoff_on": starts_on - (first - cutoff)}
    return departure | {name: one.isoformat() for name, one in days.items()}
