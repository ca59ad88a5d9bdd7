"""Everyone on a departure with what is known of their standing, and what planners decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.models import Departure, Reward, Variant
from catalog.states import Kind
from catalog.trips.models import Trip
from catalog.trips.terms import USUAL
from marketplace.awards.entitlements.models import Entitlement
from marketplace.awards.entitlements.states import EntitlementState
from marketplace.awards.models import Award
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.ledger.models import Account, AccountBalance
from marketplace.ledger.states import AccountKind
from marketplace.people.models import Department, Employee
from marketplace.people.states import EmployeeStatus
from redemption.bookings.models import Booking
from redemption.bookings.states import IN_FORCE
from redemption.travel.desk.standing.models import StandingCheck, StandingEvent
from redemption.travel.desk.standing.policies import (
    Doubt,
    Known,
    doubts_about,
    is_looked_at,
    is_news,
)
from redemption.travel.desk.standing.states import StandingState
from redemption.travel.invitations.models import Invitation


@dataclass(frozen=True, slots=True)
class StandingRow:
    """One employee who goes, or whose place was withdrawn here. `who` moved the look last.

    `state` none: nobody has to look yet.
    """

    booking_id: int
    reference: str
    employee_id: int
    name: str
    department: str
    places: int
    line_id: int | None
    invitation_id: int | None
    is_won: bool
    state: StandingState | None
    seen: str
    note: str
    who: str
    changed_at: datetime | None
    doubts: tuple[Doubt, ...]

    @property
    def is_out(self) -> bool:
        """Whether a planner withdrew their place."""
        return self.state is StandingState.WITHDRAWN

    @property
    def is_decided(self) -> bool:
        """Whether a planner has looked, and nothing new came up since."""
        if self.state in {None, StandingState.OPEN}:
            return False
        return self.is_out or not is_news(self.doubts, self.seen)

    @property
    def stands(self) -> StandingState:
        """Where the look stands; with something new it is open, though nobody moved it yet."""
        return self.state if self.state and self.is_decided else StandingState.OPEN

    @property
    def is_doubtful(self) -> bool:
        """Whether it needs a decision of its own."""
        return bool(self.doubts) and not self.is_decided

    @property
    def is_fine(self) -> bool:
        """Whether nothing is known against it, and nobody has said so yet."""
        return not self.doubts and not self.is_decided

    @property
    def way(self) -> str:
        """How they came by their place."""
        if self.line_id is not None:
            return "For points"
        return "Won" if self.is_won else "Invited"

    @property
    def why(self) -> str:
        """What is known against it, in words."""
        return "; ".join(doubt.words for doubt in self.doubts)


@dataclass(frozen=True)
class Standings:
    """Everyone who goes on a departure."""

    rows: Sequence[StandingRow]

    @cached_property
    def doubtful(self) -> list[StandingRow]:
        """Those who need a decision each."""
        return [row for row in self.rows if row.is_doubtful]

    @cached_property
    def fine(self) -> list[StandingRow]:
        """Those who can be confirmed in one go."""
        return [row for row in self.rows if row.is_fine]

    @cached_property
    def decided(self) -> list[StandingRow]:
        """Those a planner has decided about."""
        return [row for row in self.rows if row.is_decided]

    def to_confirm(self, actor_id: int | None) -> list[StandingRow]:
        """Those who are fine and whom this planner may confirm: everyone but themself."""
        return [row for row in self.fine if row.employee_id != actor_id]

    def of(self, booking_id: int) -> StandingRow:
        """One of them. Raises NotFound."""
        for row in self.rows:
            if row.booking_id == booking_id:
                return row
        raise NotFound("They do not go on this departure, or no longer. The list shows who does.")


def mark_of(rows: Sequence[StandingRow]) -> str:
    """Who they are in a word, to know them again when the button is pressed."""
    return sha256(" ".join(str(row.booking_id) for row in rows).encode()).hexdigest()[:16]


_BY = aliased(Employee)
_TAKEN_BACK = (
    sa.select(sa.func.coalesce(sa.func.sum(-Award.points), 0))
    .where(
        Award.employee_id == Booking.employee_id,
        Award.program_id == Entitlement.program_id,
        Award.granted_at > Entitlement.created_at,
    )
    .correlate(Booking, Entitlement)
    .scalar_subquery()
)
_HAS_RIGHT = sa.or_(Entitlement.id.is_(None), Entitlement.state == EntitlementState.USED)
_STANDING: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        Booking.id,
        Booking.reference,
        Booking.employee_id,
        Employee.name,
        sa.func.coalesce(Department.name, "").label("department"),
        Booking.places,
        Booking.line_id,
        Booking.invitation_id,
        Entitlement.id.is_not(None).label("is_won"),
        StandingCheck.state,
        sa.func.coalesce(StandingCheck.seen, "").label("seen"),
        sa.func.coalesce(StandingEvent.note, "").label("note"),
        sa.func.coalesce(_BY.name, "Laurel").label("who"),
        StandingCheck.changed_at,
        Employee.status,
        Employee.left_on,
        Departure.ends_on,
        _HAS_RIGHT.label("has_right"),
        _TAKEN_BACK.label("taken_back"),
        sa.func.coalesce(-AccountBalance.floor, 0).label("owed"),
    )
    .join(Employee, Employee.id == Booking.employee_id)
    .join(Departure, Departure.variant_id == Booking.variant_id)
    .outerjoin(Department, Department.id == Employee.department_id)
    .outerjoin(Invitation, Invitation.id == Booking.invitation_id)
    .outerjoin(Entitlement, Entitlement.id == Invitation.entitlement_id)
    .outerjoin(
        Account,
        sa.and_(Account.owner_id == Booking.employee_id, Account.kind == AccountKind.MEMBER),
    )
    .outerjoin(AccountBalance, AccountBalance.account_id == Account.id)
    .outerjoin(StandingCheck, StandingCheck.booking_id == Booking.id)
    .outerjoin(
        StandingEvent,
        sa.and_(
            StandingEvent.booking_id == StandingCheck.booking_id,
            StandingEvent.seq == StandingCheck.version,
        ),
    )
    .outerjoin(_BY, _BY.id == StandingEvent.actor_id)
    .where(
        Booking.trip_id.is_not(None),
        sa.or_(Booking.state.in_(IN_FORCE), StandingCheck.state == StandingState.WITHDRAWN),
    )
)
_OWN = 14
"""So many columns stand in the row as they are."""


def standings_on(variant_id: int) -> Standings:
    """Everyone who goes on a departure, those who need a decision first."""
    found = session().execute(
        _STANDING.where(Booking.variant_id == variant_id).order_by(Employee.name, Booking.id)
    )
    rows = [_row(row) for row in found]
    return Standings(sorted(rows, key=lambda row: (not row.is_doubtful, row.is_decided)))


def _row(row: Any) -> StandingRow:
    known = Known(
        is_active=row.status is EmployeeStatus.ACTIVE,
        left_on=row.left_on,
        has_right=row.has_right,
        taken_back=max(0, row.taken_back),
        owed=row.owed,
    )
    return StandingRow(*row[:_OWN], doubts=tuple(doubts_about(known, ends_on=row.ends_on)))


@dataclass(frozen=True, slots=True)
class Due:
    """A departure on which everyone's standing is to be looked at now."""

    variant_id: int
    starts_on: date


def due_departures(*, on: date) -> list[Due]:
    """Departures ahead whose day to look has come, the next first."""
    rows = session().execute(
        sa.select(
            Variant.id,
            Departure.starts_on,
            sa.func.coalesce(Trip.standing_days, USUAL.standing_days).label("days"),
        )
        .join(Departure, Departure.variant_id == Variant.id)
        .join(Reward, Reward.id == Variant.reward_id)
        .outerjoin(Trip, Trip.reward_id == Reward.id)
        .where(
            Reward.kind == Kind.GROUP_TRIP,
            Departure.starts_on > on,
            Departure.canceled_at.is_(None),
        )
        .order_by(Departure.starts_on, Variant.id)
    )
    return [Due(row.id, row.starts_on) for row in rows if is_looked_at(*row[1:], on=on)]


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A departure with so many people whose standing nobody has decided."""

    slug: str
    name: str
    variant_id: int
    label: str
    place: str
    starts_on: date
    people: int


def waits(today: Any) -> list[sa.ColumnElement[bool]]:
    """The conditions of a look that somebody has to take, where its departure is joined."""
    return [
        StandingCheck.state == StandingState.OPEN,
        Booking.state.in_(IN_FORCE),
        Departure.starts_on > today,
        Departure.canceled_at.is_(None),
    ]


def waiting_departures(*, on: date) -> list[WaitingRow]:
    """Departures on which somebody's standing waits for a planner, the next first."""
    rows = session().execute(
        sa.select(
            Reward.slug,
            Reward.name,
            Variant.id,
            Variant.label,
            Departure.place,
            Departure.starts_on,
            sa.func.count(StandingCheck.booking_id),
        )
        .join(Booking, Booking.id == StandingCheck.booking_id)
        .join(Variant, Variant.id == StandingCheck.variant_id)
        .join(Departure, Departure.variant_id == Variant.id)
        .join(Reward, Reward.id == Variant.reward_id)
        .where(*waits(on))
        .group_by(Reward.id, Variant.id, Departure.variant_id)
        .order_by(Departure.starts_on, Variant.id)
    )
    return [WaitingRow(*row) for row in rows]
