"""Invitations as the person who is invited sees them."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from catalog.models import Departure, Reward, Variant
from catalog.trips.models import Trip
from catalog.trips.queries.terms import TERMS, terms_in
from catalog.trips.terms import TripTerms
from marketplace.access.actor import Actor
from marketplace.awards.entitlements.models import Entitlement
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from redemption.bookings.models import Booking
from redemption.travel.invitations.models import Invitation, InvitationEvent, Wave
from redemption.travel.invitations.policies import TradeChoice
from redemption.travel.invitations.queries.trades import had_points, trades_of
from redemption.travel.invitations.states import InvitationState


@dataclass(frozen=True, slots=True)
class Invited:
    """One invitation with its trip. `why` is how they came by it; `booking` none before they go."""

    id: int
    state: InvitationState
    name: str
    slug: str
    art: dict[str, Any]
    photo: dict[str, Any]
    variant_id: int
    place: str
    starts_on: date
    ends_on: date
    cutoff_on: date
    worth_minor: int | None
    currency: str | None
    may_bring: int
    places: int
    answer_by: datetime | None
    trade_points: int
    is_won: bool
    is_later: bool
    is_substitute: bool
    why: str
    booking: str | None
    changed_at: datetime
    terms: TripTerms

    def is_open(self, at: datetime) -> bool:
        """Whether it waits for an answer now."""
        in_time = self.answer_by is not None and at < self.answer_by
        return self.state is InvitationState.INVITED and in_time

    @property
    def guests(self) -> int:
        """How many come along, of who goes."""
        return max(0, self.places - 1)


def _promised(kept: Any, now: Any) -> sa.ColumnElement[Any]:
    """What was said with the yes; before it, what holds now."""
    return sa.case((Invitation.tax_paid_by.is_not(None), kept), else_=now)


_INVITED = (
    sa.select(
        Invitation.id,
        Invitation.state,
        Reward.name,
        Reward.slug,
        Reward.art,
        Reward.photo,
        Invitation.variant_id,
        Departure.place,
        Departure.starts_on,
        Departure.ends_on,
        Departure.cutoff_on,
        _promised(Invitation.worth_minor, Variant.cash_minor).label("worth_minor"),
        _promised(Invitation.currency, Variant.currency).label("currency"),
        Invitation.tax_paid_by.label("tax_promised"),
        Invitation.guests_most.label("may_bring"),
        Invitation.places,
        Invitation.answer_by,
        Invitation.trade_points,
        Invitation.entitlement_id.is_not(None).label("is_won"),
        Invitation.instead_of_id.is_not(None).label("is_later"),
        Invitation.substitutes_id.is_not(None).label("is_substitute"),
        sa.func.coalesce(Entitlement.reason, Wave.name, "").label("why"),
        Booking.reference.label("booking"),
        Invitation.changed_at,
        Invitation.employee_id,
        *TERMS,
    )
    .join(Variant, Variant.id == Invitation.variant_id)
    .join(Departure, Departure.variant_id == Variant.id)
    .join(Reward, Reward.id == Invitation.trip_id)
    .outerjoin(Trip, Trip.reward_id == Reward.id)
    .outerjoin(Wave, Wave.id == Invitation.wave_id)
    .outerjoin(Entitlement, Entitlement.id == Invitation.entitlement_id)
    .outerjoin(Booking, Booking.invitation_id == Invitation.id)
)
_NOBODYS = "There is no such invitation, or it is somebody else's."
_OWN = tuple(name for name in Invited.__dataclass_fields__ if name != "terms")


def _invited(row: Any) -> Invited:
    terms = terms_in(row)
    if row.tax_promised is not None:
        terms = replace(terms, tax_paid_by=row.tax_promised)
    return Invited(**{name: getattr(row, name) for name in _OWN}, terms=terms)


def my_invitations(actor: Actor) -> list[Invited]:
    """Every invitation of this person that was made to them, the newest first.

    Who is only next in order of a wave does not hear of it.
    """
    mine = _INVITED.where(
        Invitation.employee_id == actor.employee_id,
        Invitation.state != InvitationState.ALTERNATE,
    )
    rows = session().execute(mine.order_by(Departure.starts_on, Invitation.id.desc()))
    return [_invited(row) for row in rows]


def my_invitation(actor: Actor, invitation_id: int) -> Invited:
    """One of them. Raises NotFound for other people's."""
    return _one(
        Invitation.id == invitation_id,
        Invitation.employee_id == actor.employee_id,
        Invitation.state != InvitationState.ALTERNATE,
    )


def an_invitation(invitation_id: int) -> Invited:
    """Anybody's, for letters and planners. Raises NotFound."""
    return _one(Invitation.id == invitation_id)


def _one(*which: sa.ColumnElement[bool]) -> Invited:
    row = session().execute(_INVITED.where(*which)).one_or_none()
    if row is None:
        raise NotFound(_NOBODYS)
    return _invited(row)


def trades_for_me(actor: Actor, invitation_id: int, *, at: datetime) -> list[TradeChoice]:
    """What I may take in its place. Raises NotFound."""
    mine = (
        Invitation.id == invitation_id,
        Invitation.employee_id == actor.employee_id,
        Invitation.state != InvitationState.ALTERNATE,
    )
    found = session().execute(sa.select(Invitation, had_points()).where(*mine)).one_or_none()
    if found is None:
        raise NotFound(_NOBODYS)
    return trades_of(found[0], at=at, had_points=found[1])


@dataclass(frozen=True, slots=True)
class Happened:
    """One move of an invitation."""

    to_state: InvitationState
    by: str
    note: str
    at: datetime


def what_happened(invitation_id: int) -> list[Happened]:
    """Its whole story, in order."""
    rows = session().execute(
        sa.select(InvitationEvent, Employee.name)
        .outerjoin(Employee, Employee.id == InvitationEvent.actor_id)
        .where(InvitationEvent.invitation_id == invitation_id)
        .order_by(InvitationEvent.seq)
    )
    return [Happened(e.to_state, name or "Laurel", e.note, e.at) for e, name in rows]
