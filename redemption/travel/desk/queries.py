"""Who is on a departure: what every page of its desk begins with."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from redemption.bookings.models import Booking, Traveler
from redemption.bookings.states import BookingState

GO = frozenset({BookingState.REQUESTED, BookingState.CONFIRMED, BookingState.TRAVELED})
"""They go, or went: whoever gave their places back does not."""


@dataclass(frozen=True, slots=True)
class OnTrip:
    """One traveler of a departure. `host` is who holds the booking; a guest may have no name."""

    id: int
    booking_id: int
    reference: str
    position: int
    employee_id: int | None
    name: str
    host_id: int
    host: str
    state: BookingState
    confirmation: str

    @property
    def is_guest(self) -> bool:
        """Whether somebody brings them."""
        return self.position > 1

    @property
    def called(self) -> str:
        """What to call them: a guest without a name is the guest of somebody."""
        if self.name:
            return self.name
        which = f" {self.position - 1}" if self.position > 2 else ""
        return f"Guest{which} of {self.host}"

    @property
    def number(self) -> str:
        """What they are called in files: the booking, and which of it, `B-7KQ2MX/2`."""
        return f"{self.reference}/{self.position}"


ON_TRIP: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        Traveler.id,
        Traveler.booking_id,
        Booking.reference,
        Traveler.position,
        Traveler.employee_id,
        Traveler.name,
        Booking.employee_id.label("host_id"),
        Employee.name.label("host"),
        Booking.state,
        Booking.confirmation,
    )
    .join(Booking, Booking.id == Traveler.booking_id)
    .join(Employee, Employee.id == Booking.employee_id)
)


def travelers_on(variant_id: int) -> list[OnTrip]:
    """Everyone who goes on a departure, by who holds the booking, their guests after them."""
    rows = session().execute(
        ON_TRIP.where(Booking.variant_id == variant_id, Booking.state.in_(GO)).order_by(
            Employee.name, Booking.id, Traveler.position
        )
    )
    return [OnTrip(*row) for row in rows]


def traveler_on(variant_id: int, traveler_id: int) -> OnTrip:
    """One of them. Raises NotFound."""
    row = (
        session()
        .execute(
            ON_TRIP.where(
                Traveler.id == traveler_id, Booking.variant_id == variant_id, Booking.state.in_(GO)
            )
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound("They are not on this trip, or no longer. The desk shows who is.")
    return OnTrip(*row)
