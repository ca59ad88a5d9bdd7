"""An itinerary as its traveler sees it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from catalog.models import Departure, Reward, Variant
from catalog.trips.queries.changes import changes_of
from catalog.trips.queries.plan import days_of
from catalog.trips.states import PlanChange
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.json_rows import rows_as_json, rows_in
from redemption.bookings.models import Booking, Traveler
from redemption.bookings.states import BookingState
from redemption.models import RedemptionLine
from redemption.travel.pocket.entries import (
    Entry,
    PocketDay,
    by_day,
    next_of,
    planned,
    time_there,
    zone_words,
)
from redemption.travel.pocket.models import ItineraryLook
from redemption.travel.pocket.queries.contacts import Contact, contacts_of
from redemption.travel.pocket.queries.theirs import THEIRS, Theirs, theirs_in, with_theirs


@dataclass(frozen=True, slots=True)
class PocketTrip:
    """One booking with its trip; `request` is the one that bought it, none for an invitation."""

    booking_id: int
    reference: str
    state: BookingState
    confirmation: str
    version: int
    made_at: datetime
    changed_at: datetime
    invitation_id: int | None
    line_id: int | None
    request: str | None
    is_group: bool
    variant_id: int
    name: str
    slug: str
    art: dict[str, Any]
    photo: dict[str, Any]
    place: str
    starts_on: date
    ends_on: date
    time_zone: str | None
    canceled_at: datetime | None
    seen_at: datetime | None
    travelers: tuple[str, ...]

    @property
    def is_off(self) -> bool:
        """Whether the places were given back, or the departure does not take place."""
        return self.state is BookingState.CANCELLED or self.canceled_at is not None

    @property
    def issue(self) -> int:
        """How often the booking changed, or the departure was called off."""
        return self.version - 1 + (self.canceled_at is not None)

    @property
    def told_at(self) -> datetime:
        """When that was last."""
        return max(self.changed_at, self.canceled_at or self.changed_at)

    @property
    def is_behind(self) -> bool:
        """Whether the places were used, so that nobody has to be called any more."""
        return self.state is BookingState.TRAVELED

    @property
    def zone_words(self) -> str:
        """Whose time it is in."""
        return zone_words(self.time_zone)

    @property
    def guests_unnamed(self) -> int:
        """How many go along of whom nobody said who they are."""
        return sum(not name for name in self.travelers)


@dataclass(frozen=True, slots=True)
class Pocket:
    """A trip with everything that stands on its itinerary, at one moment.

    `guest_of` is who takes its reader along; empty where employees read their own.
    """

    trip: PocketTrip
    entries: tuple[Entry, ...]
    contacts: tuple[Contact, ...]
    there: datetime
    zone_is_new: bool
    rooms: tuple[str, ...]
    guest_of: str = ""
    changes: tuple[Entry, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "changes", tuple(one for one in self.entries if one.mark))

    @property
    def days(self) -> tuple[PocketDay, ...]:
        """What is planned, day by day."""
        return by_day(self.entries, self.trip.starts_on, today=self.there.date())

    @property
    def next(self) -> Entry | None:
        """What is under way or comes next today."""
        return next_of(self.entries, self.there)

    @property
    def days_until(self) -> int:
        """How many days are left before it begins; 0 or less from its first day on."""
        return (self.trip.starts_on - self.there.date()).days

    @property
    def day_number(self) -> int | None:
        """Which of its days today is; None on others."""
        on = self.there.date()
        is_on = self.trip.starts_on <= on <= self.trip.ends_on
        return (on - self.trip.starts_on).days + 1 if is_on else None

    @property
    def emergency(self) -> tuple[Contact, ...]:
        """Whom to call when something happens."""
        return tuple(one for one in self.contacts if one.is_emergency)

    @property
    def others(self) -> tuple[Contact, ...]:
        """Whom to ask about everything else."""
        return tuple(one for one in self.contacts if not one.is_emergency)


_TRAVELERS = rows_as_json(
    sa.select(Traveler.position, Traveler.name)
    .where(Traveler.booking_id == Booking.id)
    .correlate(Booking)
).label("travelers")
TRIP = (
    sa.select(
        Booking.id.label("booking_id"),
        Booking.reference,
        Booking.state,
        Booking.confirmation,
        Booking.version,
        Booking.made_at,
        Booking.changed_at,
        Booking.invitation_id,
        Booking.line_id,
        RedemptionLine.reference.label("request"),
        Booking.trip_id.is_not(None).label("is_group"),
        Booking.variant_id,
        Reward.name,
        Reward.slug,
        Reward.art,
        Reward.photo,
        Departure.place,
        Departure.starts_on,
        Departure.ends_on,
        Departure.time_zone,
        Departure.canceled_at,
        ItineraryLook.seen_at,
        _TRAVELERS,
    )
    .join(Variant, Variant.id == Booking.variant_id)
    .join(Departure, Departure.variant_id == Booking.variant_id)
    .join(Reward, Reward.id == Variant.reward_id)
    .outerjoin(RedemptionLine, RedemptionLine.id == Booking.line_id)
)


def read_by(employee_id: int) -> Any:
    """What a traveler reads, and how far they read it."""
    look = sa.and_(ItineraryLook.booking_id == Booking.id, ItineraryLook.employee_id == employee_id)
    mine = sa.exists().where(Traveler.booking_id == Booking.id, Traveler.employee_id == employee_id)
    return TRIP.outerjoin(ItineraryLook, look).where(mine)


def trip_in(row: Any) -> PocketTrip:
    """What a row of these columns says."""
    names = tuple(name for _position, name in sorted(rows_in(row.travelers)))
    known: dict[str, Any] = {
        one: getattr(row, one) for one in PocketTrip.__dataclass_fields__ if one != "travelers"
    }
    return PocketTrip(**known, travelers=names)


def my_trip(actor: Actor, reference: str) -> PocketTrip:
    """One of them, also when it is over or given back. Raises NotFound for other people's."""
    return trip_in(_found(read_by(actor.id).where(Booking.reference == reference)))


def _found(wanted: Any) -> Any:
    row = session().execute(wanted).one_or_none()
    if row is None:
        raise NotFound("There is no such booking, or it is somebody else's.")
    return row


def my_pocket(actor: Actor, reference: str, *, at: datetime) -> Pocket:
    """The whole itinerary of one of one's own bookings. Raises NotFound for other people's."""
    return _pocket(actor.id, Booking.reference == reference, at)


def pocket_of(booking_id: int, employee_id: int, *, at: datetime) -> Pocket:
    """The same for who was let in by an address of their own. Raises NotFound."""
    return _pocket(employee_id, Booking.id == booking_id, at)


def _pocket(employee_id: int, which: sa.ColumnElement[bool], at: datetime) -> Pocket:
    row = _found(read_by(employee_id).add_columns(*THEIRS).where(which))
    trip = trip_in(row)
    since = max(trip.seen_at or trip.made_at, trip.made_at)
    return pocket_with(trip, theirs_in(row), since=since, at=at)


def pocket_with(trip: PocketTrip, theirs: Theirs, *, since: datetime, at: datetime) -> Pocket:
    """The itinerary of a trip at a moment, with what changed of it after `since`."""
    days = days_of(trip.variant_id, trip.starts_on)
    changes = changes_of(trip.variant_id)
    moved = [one for one in changes if one.change is PlanChange.ZONE and one.at > since]
    plan = planned(days, changes, trip.starts_on, since=since)
    return Pocket(
        trip=trip,
        entries=tuple(with_theirs(plan, theirs, since=since)),
        rooms=theirs.rooms,
        contacts=() if trip.is_behind else contacts_of(trip.variant_id),
        there=time_there(at, trip.time_zone),
        zone_is_new=bool(moved),
    )
