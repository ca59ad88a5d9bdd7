"""Every trip somebody has a place on, and what may become one, with what comes next on each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.models import Departure, Reward, Variant
from catalog.trips.models import ItineraryChange
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from redemption.bookings.models import Booking, Traveler
from redemption.bookings.states import BookingState
from redemption.journeys.models import JourneyBooking
from redemption.models import RedemptionLine
from redemption.states import LineState
from redemption.travel.after.models import NoShow, SurveyTaken, TripGallery
from redemption.travel.after.queries.surveys import Afterwards
from redemption.travel.desk.tickets.models import Ticket, TicketGone
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.states import InvitationState
from redemption.travel.pocket.models import ItineraryLook
from redemption.travel.pocket.queries.own import PocketTrip, read_by, trip_in
from redemption.travel.registration.queries import Member, Party, my_parties
from redemption.travel.substitutions.models import Substitution
from redemption.travel.substitutions.states import SubstitutionState
from redemption.waiting.models import Wait
from redemption.waiting.states import LIVE, WaitState


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


@dataclass(frozen=True, slots=True)
class Maybe:
    """A trip somebody may go on (invited, for a colleague, in line), or a package that is booked.

    `until` is when the answer is due, or until when places are kept; `state` is that of a wait.
    """

    kind: str
    id: int
    name: str
    art: dict[str, Any]
    photo: dict[str, Any]
    slug: str
    place: str
    starts_on: date
    ends_on: date
    until: datetime | None
    state: WaitState | None
    reference: str

    @property
    def is_package(self) -> bool:
        """Whether it is settled: a package, booked on dates of one's own."""
        return self.kind == "package"

    @property
    def is_invitation(self) -> bool:
        """Whether it waits for a yes or a no."""
        return self.kind == "invitation"

    @property
    def is_offer(self) -> bool:
        """Whether a colleague who can't go offers their place."""
        return self.kind == "offer"


_NO_MORE = (sa.null(), sa.literal(""))


def my_maybes(actor: Actor, *, at: datetime) -> Sequence[Maybe]:
    """Invitations, places of colleagues and in line, what is due first, and booked packages."""
    shown = (
        Reward.name,
        Reward.art,
        Reward.photo,
        Reward.slug,
        Departure.place,
        Departure.starts_on,
        Departure.ends_on,
    )
    invited = (
        sa.select(sa.literal("invitation"), Invitation.id, *shown, Invitation.answer_by, *_NO_MORE)
        .join(Reward, Reward.id == Invitation.trip_id)
        .join(Departure, Departure.variant_id == Invitation.variant_id)
        .where(
            Invitation.employee_id == actor.id,
            Invitation.state == InvitationState.INVITED,
            Invitation.answer_by > at,
        )
    )
    offered = (
        sa.select(sa.literal("offer"), Substitution.id, *shown, Substitution.answer_by, *_NO_MORE)
        .join(Invitation, Invitation.id == Substitution.invitation_id)
        .join(Reward, Reward.id == Invitation.trip_id)
        .join(Departure, Departure.variant_id == Invitation.variant_id)
        .where(
            Substitution.employee_id == actor.id,
            Substitution.state == SubstitutionState.OFFERED,
            Substitution.answer_by > at,
        )
    )
    waiting = (
        sa.select(
            sa.literal("line"),
            Wait.id,
            *shown,
            Wait.kept_until,
            sa.cast(Wait.state, sa.String),
            sa.literal(""),
        )
        .join(Variant, Variant.id == Wait.variant_id)
        .join(Reward, Reward.id == Variant.reward_id)
        .join(Departure, Departure.variant_id == Variant.id)
        .where(Wait.employee_id == actor.id, Wait.state.in_(LIVE))
    )
    found = [
        _maybe(row)
        for row in session().execute(sa.union_all(invited, offered, waiting, _booked(actor, at)))
    ]
    return sorted(found, key=lambda one: (one.until is None, one.until or at, one.starts_on))


def _booked(actor: Actor, at: datetime) -> Any:
    """Packages that are booked and not over, on the dates that hold."""
    later = aliased(JourneyBooking)
    is_last = ~sa.exists().where(
        later.line_id == JourneyBooking.line_id, later.seq > JourneyBooking.seq
    )
    return (
        sa.select(
            sa.literal("package"),
            JourneyBooking.line_id,
            Reward.name,
            Reward.art,
            Reward.photo,
            Reward.slug,
            RedemptionLine.snapshot["departure"]["place"].as_string(),
            JourneyBooking.starts_on,
            JourneyBooking.ends_on,
            sa.null(),
            sa.null(),
            RedemptionLine.reference,
        )
        .join(RedemptionLine, RedemptionLine.id == JourneyBooking.line_id)
        .join(Variant, Variant.id == RedemptionLine.variant_id)
        .join(Reward, Reward.id == Variant.reward_id)
        .where(
            RedemptionLine.employee_id == actor.id,
            RedemptionLine.state == LineState.FULFILLED,
            JourneyBooking.ends_on >= at.date(),
            is_last,
        )
    )


def _maybe(row: Any) -> Maybe:
    facts: dict[str, Any] = dict(zip(Maybe.__dataclass_fields__, row, strict=True))
    state = facts.pop("state")
    return Maybe(**facts, state=WaitState(state) if state else None)
