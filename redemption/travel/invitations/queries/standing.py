"""Who may go, on what, by which right: what operations ask before they decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from catalog.models import Departure, Reward, Variant
from catalog.queries.rows import Row
from catalog.states import Kind
from catalog.trips.models import Trip
from catalog.trips.queries.terms import TERMS, terms_in
from catalog.trips.terms import TripTerms
from marketplace.awards.entitlements.models import Entitlement
from marketplace.awards.entitlements.queries import waits_in_line
from marketplace.awards.entitlements.states import EntitlementState
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.policies import Standing, standing_obstacle
from redemption.travel.invitations.states import BEFORE, LIVE, InvitationState
from redemption.waiting.models import Wait
from redemption.waiting.states import IN_LINE


@dataclass(frozen=True, slots=True)
class DepartureFacts:
    """A departure of a group trip, with the terms of the trip."""

    trip_id: int
    variant_id: int
    slug: str
    name: str
    label: str
    place: str
    starts_on: date
    ends_on: date
    cutoff_on: date
    canceled_at: datetime | None
    worth_minor: int | None
    currency: str | None
    terms: TripTerms


_DEPARTURE = (
    sa.select(
        Reward.id.label("trip_id"),
        Variant.id.label("variant_id"),
        Reward.slug,
        Reward.name,
        Variant.label,
        Departure.place,
        Departure.starts_on,
        Departure.ends_on,
        Departure.cutoff_on,
        Departure.canceled_at,
        Variant.cash_minor.label("worth_minor"),
        Variant.currency,
        *TERMS,
    )
    .join(Variant, Variant.reward_id == Reward.id)
    .join(Departure, Departure.variant_id == Variant.id)
    .outerjoin(Trip, Trip.reward_id == Reward.id)
    .where(Reward.kind == Kind.GROUP_TRIP)
)


_FACTS = tuple(name for name in DepartureFacts.__dataclass_fields__ if name != "terms")


def departure_of(variant_id: int) -> DepartureFacts:
    """One departure of a group trip. Raises NotFound for anything else."""
    row = session().execute(_DEPARTURE.where(Variant.id == variant_id)).one_or_none()
    if row is None:
        raise NotFound("We can't find this departure. The page of the trip lists all of them.")
    return _facts(row)


def departure_with(sku: str) -> int:
    """The id of the departure with an SKU. Raises NotFound."""
    found = session().execute(_DEPARTURE.where(Variant.sku == sku.strip())).one_or_none()
    if found is None:
        raise NotFound(f"No departure has the SKU {sku.strip()!r}. Look with: trips list.")
    return found.variant_id


def departures_of_trip(trip_id: int) -> list[DepartureFacts]:
    """Every departure of a trip, the earliest first."""
    rows = session().execute(
        _DEPARTURE.where(Reward.id == trip_id).order_by(Departure.starts_on, Variant.id)
    )
    return [_facts(row) for row in rows]


def _facts(row: Row) -> DepartureFacts:
    return DepartureFacts(**{name: getattr(row, name) for name in _FACTS}, terms=terms_in(row))


def is_called_off(variant_id: int) -> bool:
    """Whether a departure does not take place."""
    there = sa.exists().where(
        Departure.variant_id == variant_id, Departure.canceled_at.is_not(None)
    )
    return session().scalar(sa.select(there)) is True


def is_group_departure(variant_id: int | None) -> bool:
    """Whether a variant is a departure of a group trip."""
    there = _DEPARTURE.where(Variant.id == variant_id)
    return variant_id is not None and session().scalar(sa.select(there.exists())) is True


def why_not_going(employee_id: int, variant_id: int) -> str | None:
    """Why somebody is not in the standing to go on a departure; None when they are."""
    row = (
        session()
        .execute(
            sa.select(Employee.status, Employee.left_on, Departure.ends_on)
            .join(Departure, Departure.variant_id == variant_id)
            .where(Employee.id == employee_id)
        )
        .one()
    )
    who = Standing(row.status is EmployeeStatus.ACTIVE, row.left_on)
    return standing_obstacle(who, ends_on=row.ends_on)


@dataclass(frozen=True, slots=True)
class Right:
    """A right to a departure of a trip that somebody won and did not give up."""

    entitlement_id: int
    program_id: int
    variant_id: int
    is_used: bool


def rights_of(employee_id: int, trip_id: int) -> Sequence[Right]:
    """All rights of a person to departures of one trip that they did not give up, in order."""
    is_used = Entitlement.state == EntitlementState.USED
    rows = session().execute(
        sa.select(Entitlement.id, Entitlement.program_id, Entitlement.variant_id, is_used)
        .join(Variant, Variant.id == Entitlement.variant_id)
        .where(
            Entitlement.employee_id == employee_id,
            Entitlement.state.in_((EntitlementState.GRANTED, EntitlementState.USED)),
            Variant.reward_id == trip_id,
        )
        .order_by(Entitlement.id)
    )
    return [Right(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Named:
    """Whose invitation it is, to which departure, and where it stands."""

    employee_id: int
    trip_id: int
    variant_id: int
    state: InvitationState


def named_invitation(invitation_id: int) -> Named:
    """The same of one invitation. Raises NotFound."""
    row = (
        session()
        .execute(
            sa.select(
                Invitation.employee_id,
                Invitation.trip_id,
                Invitation.variant_id,
                Invitation.state,
            ).where(Invitation.id == invitation_id)
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound("There is no such invitation, or it is somebody else's.")
    return Named(*row)


def is_invited(employee_id: int, trip_id: int) -> bool:
    """Whether a place on a trip waits for somebody's answer."""
    waits = sa.exists().where(
        Invitation.employee_id == employee_id,
        Invitation.trip_id == trip_id,
        Invitation.state == InvitationState.INVITED,
    )
    return session().scalar(sa.select(waits)) is True


def would_gain(employee_id: int, known: Named) -> bool:
    """Whether somebody could have the place of an invitation as soon as it comes back.

    By an invitation of their own, in the line of those who buy, or in that of a contest whose right
    would pass on.
    """
    invited = sa.exists().where(
        Invitation.employee_id == employee_id,
        Invitation.variant_id == known.variant_id,
        Invitation.state.in_(BEFORE),
    )
    buys = sa.exists().where(
        Wait.employee_id == employee_id,
        Wait.variant_id == known.variant_id,
        Wait.state.in_(IN_LINE),
    )
    if session().scalar(sa.select(sa.or_(invited, buys))):
        return True
    programs = {right.program_id for right in rights_of(known.employee_id, known.trip_id)}
    return any(waits_in_line(employee_id, one) for one in programs)


def live_invitations(employee_id: int, trip_id: int) -> list[int]:
    """Ids of a person's invitations to departures of one trip that can come to something."""
    return list(
        session().scalars(
            sa.select(Invitation.id)
            .where(
                Invitation.employee_id == employee_id,
                Invitation.trip_id == trip_id,
                Invitation.state.in_(LIVE),
            )
            .order_by(Invitation.id)
        )
    )


def next_in_wave(wave_id: int) -> int | None:
    """The next of a wave who is not invited yet."""
    from_first = (
        sa.select(Invitation.id)
        .where(Invitation.wave_id == wave_id, Invitation.state == InvitationState.ALTERNATE)
        .order_by(Invitation.rank)
        .limit(1)
    )
    return session().scalar(from_first)
