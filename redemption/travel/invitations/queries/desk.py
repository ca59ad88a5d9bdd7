"""The people of a departure as its planner sees them: by every way, in every state."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.models import UNITS_FREE, VariantStock
from marketplace.awards.entitlements.models import Entitlement
from marketplace.awards.entitlements.states import EntitlementState
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Department, Employee
from redemption.bookings.models import Booking
from redemption.bookings.states import IN_FORCE
from redemption.travel.invitations.models import Invitation, Wave
from redemption.travel.invitations.states import InvitationState


@dataclass(frozen=True, slots=True)
class InvitedRow:
    """One invitation of a departure. `wave_id` none: a right won, or instead of an earlier one."""

    id: int
    employee_id: int
    name: str
    department: str
    wave_id: int | None
    rank: int
    state: InvitationState
    places: int
    answer_by: datetime | None
    changed_at: datetime
    is_won: bool


@dataclass(frozen=True, slots=True)
class WaveRow:
    """One wave with how many of it stand where."""

    id: int
    name: str
    made_at: datetime
    states: Counter[InvitationState]

    @property
    def left(self) -> int:
        """How many of it can still be invited."""
        return self.states[InvitationState.ALTERNATE]


@dataclass(frozen=True, slots=True)
class InvitedPeople:
    """Everyone who is or was invited to a departure, and how many places that keeps."""

    rows: Sequence[InvitedRow]
    waves: Sequence[WaveRow]
    bought: int
    free: int | None
    next_by_right: int

    @property
    def states(self) -> Counter[InvitationState]:
        """How many invitations stand where."""
        return Counter(row.state for row in self.rows)

    @property
    def kept(self) -> int:
        """Places kept for who has not answered."""
        return sum(row.places for row in self.rows if row.state is InvitationState.INVITED)

    @property
    def accepted(self) -> int:
        """Places of who goes by an invitation, guests among them."""
        return sum(row.places for row in self.rows if row.state is InvitationState.ACCEPTED)


_INVITED = (
    sa.select(
        Invitation.id,
        Invitation.employee_id,
        Employee.name,
        sa.func.coalesce(Department.name, "").label("department"),
        Invitation.wave_id,
        Invitation.rank,
        Invitation.state,
        Invitation.places,
        Invitation.answer_by,
        Invitation.changed_at,
        Invitation.entitlement_id.is_not(None).label("is_won"),
    )
    .join(Employee, Employee.id == Invitation.employee_id)
    .outerjoin(Department, Department.id == Employee.department_id)
)


def invited_people(variant_id: int) -> InvitedPeople:
    """Who is invited to a departure: winners first, then wave by wave in order."""
    found = session().execute(
        _INVITED.where(Invitation.variant_id == variant_id).order_by(
            Invitation.wave_id.is_not(None), Invitation.wave_id, Invitation.rank, Invitation.id
        )
    )
    rows = [InvitedRow(*row) for row in found]
    counts = session().execute(_counts(variant_id)).one()
    waves = session().scalars(
        sa.select(Wave).where(Wave.variant_id == variant_id).order_by(Wave.id)
    )
    return InvitedPeople(
        rows,
        [
            WaveRow(
                one.id,
                one.name,
                one.made_at,
                Counter(row.state for row in rows if row.wave_id == one.id),
            )
            for one in waves
        ],
        bought=counts.bought,
        free=None if counts.capacity is None else max(0, counts.free),
        next_by_right=counts.next_by_right,
    )


def _counts(variant_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Places bought with points, places free, and who is next in line of the contests behind it."""
    bought = sa.select(sa.func.coalesce(sa.func.sum(Booking.places), 0)).where(
        Booking.variant_id == variant_id,
        Booking.line_id.is_not(None),
        Booking.state.in_(IN_FORCE),
    )
    programs = sa.select(Entitlement.program_id).where(Entitlement.variant_id == variant_id)
    following = sa.select(sa.func.count(Entitlement.id)).where(
        Entitlement.program_id.in_(programs), Entitlement.state == EntitlementState.ALTERNATE
    )
    return sa.select(
        bought.scalar_subquery().label("bought"),
        VariantStock.capacity,
        UNITS_FREE.label("free"),
        following.scalar_subquery().label("next_by_right"),
    ).where(VariantStock.variant_id == variant_id)


def invited_row(variant_id: int, invitation_id: int) -> InvitedRow:
    """One of a departure. Raises NotFound."""
    row = (
        session()
        .execute(
            _INVITED.where(Invitation.id == invitation_id, Invitation.variant_id == variant_id)
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound("There is no such invitation. The page of the departure shows all of them.")
    return InvitedRow(*row)
