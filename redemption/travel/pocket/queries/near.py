"""What of somebody's travels is near: what waits for an answer, trips that leave soon or are on."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from catalog.models import Departure, Reward, Variant
from marketplace.access.actor import Actor
from marketplace.kernel.db import UtcTime, rows_of
from marketplace.kernel.json_rows import moment_in, rows_as_json, rows_in
from marketplace.people.models import Employee
from redemption.bookings.models import Booking, Traveler
from redemption.bookings.states import IN_FORCE
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.states import InvitationState
from redemption.travel.pocket.entries import time_there
from redemption.travel.pocket.models import ItineraryLook
from redemption.travel.pocket.queries.mine import HAS_NEWS
from redemption.travel.registration.models import (
    Registration,
    Reopening,
    SectionDeadline,
    SectionDone,
)
from redemption.travel.registration.queries import (
    HAS_CHOICES,
    Marks,
    Registrant,
    SectionRow,
    left_of,
    sections_of,
)
from redemption.travel.registration.states import RegistrationState, Section
from redemption.travel.substitutions.models import Substitution
from redemption.travel.substitutions.states import SubstitutionState

NEAR_DAYS = 60
_ME = sa.bindparam("me", type_=sa.Integer)
_NOW = sa.bindparam("now", type_=UtcTime())
_TODAY, _UNTIL = (sa.bindparam(name, type_=sa.Date) for name in ("today", "until"))
_MINE = (
    Traveler.employee_id == _ME,  # there is an index on it
    Traveler.booking_id == Booking.id,
    Booking.state.in_(IN_FORCE),
    Departure.variant_id == Booking.variant_id,
    Departure.canceled_at.is_(None),
    Departure.ends_on >= _TODAY,
    Departure.starts_on <= _UNTIL,
)
_INVITED = (
    sa.select(Invitation.id, Reward.name, Invitation.answer_by, Invitation.entitlement_id)
    .join(Reward, Reward.id == Invitation.trip_id)
    .where(
        Invitation.employee_id == _ME,
        Invitation.state == InvitationState.INVITED,
        Invitation.answer_by > _NOW,
    )
    .order_by(Invitation.answer_by, Invitation.id)
    .limit(1)
)
_OFFERED = (
    sa.select(Substitution.id, Reward.name, Substitution.answer_by, Employee.name.label("first"))
    .join(Invitation, Invitation.id == Substitution.invitation_id)
    .join(Reward, Reward.id == Invitation.trip_id)
    .join(Employee, Employee.id == Invitation.employee_id)
    .where(
        Substitution.employee_id == _ME,
        Substitution.state == SubstitutionState.OFFERED,
        Substitution.answer_by > _NOW,
    )
    .order_by(Substitution.answer_by, Substitution.id)
    .limit(1)
)
_TRIPS = (
    sa.select(
        Booking.reference,
        Reward.name,
        Departure.place,
        Departure.starts_on,
        Departure.ends_on,
        Departure.time_zone,
        Booking.made_at,
        Booking.trip_id.is_not(None).label("is_group"),
        Booking.variant_id,
        Traveler.id.label("traveler_id"),
        Registration.state,
        HAS_CHOICES.label("has_choices"),
        HAS_NEWS.label("has_news"),
    )
    .select_from(Booking)
    .join(Departure, Departure.variant_id == Booking.variant_id)
    .join(Variant, Variant.id == Booking.variant_id)
    .join(Reward, Reward.id == Variant.reward_id)
    .join(Traveler, Traveler.booking_id == Booking.id)
    .outerjoin(Registration, Registration.traveler_id == Traveler.id)
    .outerjoin(
        ItineraryLook,
        sa.and_(ItineraryLook.booking_id == Booking.id, ItineraryLook.employee_id == _ME),
    )
    .where(*_MINE)
)
_DONE = (
    sa.select(SectionDone.traveler_id, SectionDone.section, SectionDone.done_at)
    .join(Traveler, Traveler.id == SectionDone.traveler_id)
    .join(Booking, Booking.id == Traveler.booking_id)
    .where(*_MINE)
)
_DUE = (
    sa.select(SectionDeadline.variant_id, SectionDeadline.section, SectionDeadline.due_on)
    .join(Booking, Booking.variant_id == SectionDeadline.variant_id)
    .where(*_MINE)
)
_OPEN_AGAIN = (
    sa.select(Reopening.traveler_id, Reopening.section, sa.func.max(Reopening.until_on).label("on"))
    .join(Traveler, Traveler.id == Reopening.traveler_id)
    .join(Booking, Booking.id == Traveler.booking_id)
    .where(*_MINE)
    .group_by(Reopening.traveler_id, Reopening.section)
)
_NEAR = sa.select(
    *(
        rows_as_json(one).label(name)
        for name, one in {
            "invited": _INVITED,
            "offered": _OFFERED,
            "trips": _TRIPS,
            "done": _DONE,
            "due": _DUE,
            "until": _OPEN_AGAIN,
        }.items()
    )
)


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that waits for an answer, the one that is due first."""

    id: int
    name: str
    answer_by: datetime
    is_won: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """The place of a colleague who can't go, `first`, that is due to be answered first."""

    id: int
    name: str
    answer_by: datetime
    first: str


@dataclass(frozen=True, slots=True)
class NearTrip:
    """A trip that leaves soon or is under way; `today` is the day there.

    `left` are the sections that can still be filled in. `has_news`: something changed since its
    traveler looked.
    """

    reference: str
    name: str
    place: str
    starts_on: date
    ends_on: date
    today: date
    is_group: bool
    is_sent: bool
    has_news: bool
    left: tuple[SectionRow, ...]

    @property
    def days_until(self) -> int:
        """How many days are left; 0 or less from its first day on."""
        return (self.starts_on - self.today).days


@dataclass(frozen=True, slots=True)
class Near:
    """What of somebody's travels is near."""

    invited: Invited | None = None
    offered: Offered | None = None
    trip: NearTrip | None = None


def near(actor: Actor, *, at: datetime) -> Near:
    """What is to be answered first, and the trip that leaves first or is on; one statement."""
    days = {"today": at.date(), "until": at.date() + timedelta(days=NEAR_DAYS)}
    row = rows_of(_NEAR, {"me": actor.id, "now": at} | days)[0]
    invited = [_invited(*one) for one in rows_in(row.invited)]
    trips = [_trip(one, _marks(row), at) for one in rows_in(row.trips)]
    first = min(trips, key=lambda one: (one.starts_on, one.reference), default=None)
    offered = [_offered(*one) for one in rows_in(row.offered)]
    return Near(invited[0] if invited else None, offered[0] if offered else None, first)


def _invited(number: int, name: str, answer_by: str, entitlement_id: int | None) -> Invited:
    return Invited(number, name, moment_in(answer_by), entitlement_id is not None)


def _offered(number: int, name: str, answer_by: str, first: str) -> Offered:
    return Offered(number, name, moment_in(answer_by), first)


def _marks(row: Any) -> Marks:
    done = {
        ("done", who, Section(word)): moment_in(moment) for who, word, moment in rows_in(row.done)
    }
    days = {
        (kind, about, Section(word)): date.fromisoformat(on)
        for kind in ("due", "until")
        for about, word, on in rows_in(getattr(row, kind))
    }
    return done | days


def _trip(row: list[Any], marks: Marks, at: datetime) -> NearTrip:
    reference, name, place, *days = row[:5]
    starts_on, ends_on = map(date.fromisoformat, days)
    zone, made_at, is_group, variant_id, traveler_id, state, has_choices, has_news = row[5:]
    who = Registrant(
        traveler_id=traveler_id,
        variant_id=variant_id,
        is_guest=False,
        has_choices=bool(has_choices),
        starts_on=starts_on,
        since_on=moment_in(made_at).date(),
    )
    is_sent = state == RegistrationState.SENT
    left = left_of(sections_of(who, marks), at) if is_group else []
    today = time_there(at, zone).date()
    facts = (bool(is_group), is_sent, bool(has_news), tuple(left))
    return NearTrip(reference, name, place, starts_on, ends_on, today, *facts)
