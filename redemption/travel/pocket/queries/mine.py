"""Every trip somebody has a place on, with what comes next on each."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from catalog.models import Departure
from catalog.trips.models import ItineraryChange
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from redemption.bookings.models import Booking, Traveler
from redemption.bookings.states import BookingState
from redemption.travel.after.models import NoShow, SurveyTaken, TripGallery
from redemption.travel.after.queries.surveys import Afterwards
from redemption.travel.desk.tickets.models import Ticket, TicketGone
from redemption.travel.pocket.models import ItineraryLook
from redemption.travel.pocket.queries.own import PocketTrip, read_by, trip_in
from redemption.travel.registration.queries import Member, Party, my_parties


@dataclass(frozen=True, slots=True)
class MyTrip:
    """A trip with what comes next: `party` while there is something to register for.

    `has_news`: something of it changed since its traveler said that they have seen it. `after` is
    what waits for who is back.
    """

    trip: PocketTrip
    party: Party | None = None
    has_news: bool = False
    after: Afterwards | None = None

    @property
    def me(self) -> Member | None:
        """One's own registration."""
        return self.party.members[0] if self.party else None

    @property
    def guests(self) -> tuple[Member, ...]:
        """Guests who have not sent theirs."""
        if self.party is None:
            return ()
        return tuple(one for one in self.party.guests if not one.is_sent)


@dataclass(frozen=True, slots=True)
class MyTrips:
    """What is ahead, the next first; what does not take place after all; what is behind."""

    ahead: list[MyTrip] = field(default_factory=list[MyTrip])
    off: list[MyTrip] = field(default_factory=list[MyTrip])
    behind: list[MyTrip] = field(default_factory=list[MyTrip])


_SINCE = sa.case(
    (ItineraryLook.seen_at > Booking.made_at, ItineraryLook.seen_at), else_=Booking.made_at
)
HAS_NEWS: sa.ColumnElement[bool] = sa.or_(
    sa.exists()
    .where(ItineraryChange.variant_id == Booking.variant_id, ItineraryChange.at > _SINCE)
    .correlate(Booking, ItineraryLook),
    *(
        sa.exists()
        .where(traveler_id == Traveler.id, Traveler.booking_id == Booking.id, moment > _SINCE)
        .correlate(Booking, ItineraryLook)
        for traveler_id, moment in (
            (Ticket.traveler_id, Ticket.changed_at),
            (TicketGone.traveler_id, TicketGone.gone_at),
        )
    ),
)
"""Whether something changed since its traveler looked, where both are in a statement."""


def my_trips(actor: Actor, *, on: date) -> MyTrips:
    """All trips of this person: in three statements, of which two ask for registrations."""
    found = MyTrips()
    rows = session().execute(_with_what_follows(actor.id))
    parties = {one.booking_id: one for one in my_parties(actor, on=on)}
    for row in rows.all():
        trip = trip_in(row)
        mine = MyTrip(trip, parties.get(trip.booking_id), bool(row.has_news), _after(row))
        shelf = _shelf(found, trip, on)
        if shelf is not None:
            shelf.append(mine)
    found.behind.reverse()
    return found


def _shelf(found: MyTrips, trip: PocketTrip, on: date) -> list[MyTrip] | None:
    """Where a trip stands; what was given back is of no interest once it is over."""
    is_over = trip.ends_on < on
    if trip.is_off:
        return None if is_over else found.off
    return found.behind if is_over or trip.is_behind else found.ahead


def _with_what_follows(employee_id: int) -> Any:
    me = sa.and_(Traveler.booking_id == Booking.id, Traveler.employee_id == employee_id)
    absent = sa.exists().where(NoShow.traveler_id == Traveler.id, me)
    answered = sa.exists().where(
        SurveyTaken.variant_id == Booking.variant_id, SurveyTaken.employee_id == employee_id
    )
    return (
        read_by(employee_id)
        .add_columns(
            HAS_NEWS.label("has_news"),
            sa.func.coalesce(TripGallery.address, "").label("gallery"),
            answered.correlate(Booking).label("has_answered"),
            absent.correlate(Booking).label("was_absent"),
        )
        .outerjoin(TripGallery, TripGallery.variant_id == Booking.variant_id)
        .order_by(Departure.starts_on, Booking.id)
    )


def _after(row: Any) -> Afterwards | None:
    if row.state is not BookingState.TRAVELED or row.was_absent:
        return None
    return Afterwards(
        row.variant_id, row.name, row.place, row.ends_on, row.gallery, bool(row.has_answered)
    )
