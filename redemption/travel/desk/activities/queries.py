"""Who of a departure has a place on what, as its desk shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from redemption.bookings.models import Booking, Traveler
from redemption.travel.activities.models import ActivityPlace
from redemption.travel.activities.queries import Choice, choices_of
from redemption.travel.desk.queries import GO, ON_TRIP, OnTrip

_IN_ORDER = (Employee.name, Booking.id, Traveler.position)


def without_a_place(variant_id: int) -> list[OnTrip]:
    """Everyone who goes and has no place on anything."""
    has_one = sa.exists().where(ActivityPlace.traveler_id == Traveler.id)
    rows = session().execute(
        ON_TRIP.where(Booking.variant_id == variant_id, Booking.state.in_(GO), ~has_one).order_by(
            *_IN_ORDER
        )
    )
    return [OnTrip(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class OnActivity:
    """One activity with who has a place, who has none there, and what else there is."""

    choice: Choice
    others: Sequence[Choice]
    people: Sequence[OnTrip]
    later: frozenset[int]
    absent: Sequence[OnTrip]


def activity_on(variant_id: int, item_id: int) -> OnActivity:
    """One activity of a departure. Raises NotFound.

    `later` are those whom the draw gave nothing there.
    """
    choices = choices_of(variant_id)
    found = next((one for one in choices if one.item_id == item_id), None)
    if found is None:
        raise NotFound("There is no such activity to choose in the plan of this departure.")
    here = sa.and_(ActivityPlace.traveler_id == Traveler.id, ActivityPlace.item_id == item_id)
    rows = session().execute(
        ON_TRIP.add_columns(ActivityPlace.item_id, ActivityPlace.draw_id)
        .outerjoin(ActivityPlace, here)
        .where(Booking.variant_id == variant_id, Booking.state.in_(GO))
        .order_by(*_IN_ORDER)
    )
    everyone = [(OnTrip(*row[:-2]), row.item_id, row.draw_id) for row in rows]
    return OnActivity(
        found,
        [one for one in choices if one.item_id != item_id],
        [who for who, has, _ in everyone if has is not None],
        frozenset(who.id for who, has, draw in everyone if has is not None and draw is None),
        [who for who, has, _ in everyone if has is None],
    )
