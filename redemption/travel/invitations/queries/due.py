"""Invitations that the clock moves on: what the jobs look for."""

from datetime import datetime

import sqlalchemy as sa

from catalog.models import UNITS_AT_HAND, Departure, VariantStock
from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.policies import remind_at
from redemption.travel.invitations.states import LIVE, InvitationState

AT_ONCE = 500


def unanswered(*, at: datetime) -> list[int]:
    """Ids of invitations whose time to answer is over."""
    over = sa.select(Invitation.id).where(
        Invitation.state == InvitationState.INVITED, Invitation.answer_by <= at
    )
    return list(
        session().scalars(over.order_by(Invitation.answer_by, Invitation.id).limit(AT_ONCE))
    )


def to_remind(*, at: datetime) -> list[int]:
    """Ids of invitations nobody answered, of which it is time to remind."""
    rows = session().execute(
        sa.select(Invitation.id, Invitation.changed_at, Invitation.answer_by)
        .where(
            Invitation.state == InvitationState.INVITED,
            Invitation.reminded_at.is_(None),
            Invitation.answer_by > at,
        )
        .order_by(Invitation.answer_by, Invitation.id)
        .limit(AT_ONCE)
    )
    return [row.id for row in rows if remind_at(row.changed_at, row.answer_by) <= at]


def owed() -> list[int]:
    """Ids of invitations for which a place is owed where one is at hand, winners first."""
    stock = VariantStock
    at_hand = sa.or_(stock.capacity.is_(None), Invitation.guests_most < UNITS_AT_HAND)
    wanted = (
        sa.select(Invitation.id)
        .join(stock, stock.variant_id == Invitation.variant_id)
        .where(Invitation.state == InvitationState.OWED, at_hand)
        .order_by(
            Invitation.variant_id,
            Invitation.entitlement_id.is_(None),
            Invitation.rank,
            Invitation.id,
        )
    )
    return list(session().scalars(wanted.limit(AT_ONCE)))


def hopeless(*, at: datetime) -> list[int]:
    """Ids of live invitations of people who left, or will have before the trip is over.

    And of those who wait for a place on a departure that has left.
    """
    gone = sa.or_(Employee.status != EmployeeStatus.ACTIVE, Employee.left_on <= Departure.ends_on)
    has_left = sa.and_(
        Departure.starts_on <= at.date(), Invitation.state != InvitationState.ACCEPTED
    )
    wanted = (
        sa.select(Invitation.id)
        .join(Employee, Employee.id == Invitation.employee_id)
        .join(Departure, Departure.variant_id == Invitation.variant_id)
        .where(
            Invitation.state.in_(LIVE),
            Departure.ends_on >= at.date(),
            Departure.canceled_at.is_(None),
            sa.or_(gone, has_left),
        )
        .order_by(Invitation.id)
    )
    return list(session().scalars(wanted.limit(AT_ONCE)))
