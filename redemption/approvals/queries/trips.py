"""The other journeys of who asks, whichever way they came by them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from catalog.models import Departure, Reward
from catalog.states import TRAVEL
from marketplace.kernel.db import session
from marketplace.web.filters import day
from redemption.bookings.models import Booking
from redemption.bookings.states import BookingState
from redemption.models import Redemption, RedemptionLine
from redemption.states import GIVEN_BACK, LineState

_LIVE = sorted(set(LineState) - GIVEN_BACK)


@dataclass(frozen=True, slots=True)
class Trip:
    """A journey of who asks; `line_id` is 0 of a place that they have by an invitation."""

    line_id: int
    name: str
    leaves_on: date | None
    made_at: datetime

    @property
    def words(self) -> str:
        """`Lisbon long weekend on 21 Jan 2027`."""
        return f"{self.name} on {day(self.leaves_on)}" if self.leaves_on else self.name

    def is_before(self, line_id: int, at: datetime) -> bool:
        """Whether they had it, or had asked for it, when they asked for a line."""
        return self.line_id < line_id if self.line_id else self.made_at <= at


def trips_of(lines: Iterable[RedemptionLine]) -> dict[int, list[Trip]]:
    """The live journeys of everyone who asks for one, by who that is."""
    askers = {line.employee_id for line in lines if line.snapshot["kind"] in TRAVEL}
    if not askers:
        return {}
    line, said = RedemptionLine, RedemptionLine.snapshot
    starts_on = said["departure"]["starts_on"].as_string()
    asked = (
        sa.select(
            line.employee_id, line.id, said["name"].as_string(), starts_on, Redemption.submitted_at
        )
        .join(Redemption, Redemption.id == line.redemption_id)
        .where(
            line.employee_id.in_(askers),
            line.state.in_(_LIVE),
            said["kind"].as_string().in_(sorted(kind.value for kind in TRAVEL)),
        )
    )
    found: dict[int, list[Trip]] = {}
    for employee_id, line_id, name, day_said, made_at in session().execute(
        asked.union_all(_invited(askers))
    ):
        leaves = date.fromisoformat(day_said) if day_said else None
        found.setdefault(employee_id, []).append(Trip(line_id, name, leaves, made_at))
    return found


def _invited(people: Collection[int]) -> sa.Select[*tuple[Any, ...]]:
    """The places that some people have by invitations, or had on a trip that is over."""
    return (
        sa.select(
            Booking.employee_id,
            sa.literal(0),
            Reward.name,
            sa.cast(Departure.starts_on, sa.String),
            Booking.made_at,
        )
        .join(Reward, Reward.id == Booking.trip_id)
        .join(Departure, Departure.variant_id == Booking.variant_id)
        .where(
            Booking.employee_id.in_(people),
            Booking.invitation_id.is_not(None),
            Booking.state != BookingState.CANCELLED,
        )
    )
