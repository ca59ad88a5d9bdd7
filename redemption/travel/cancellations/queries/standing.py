"""Who is on a departure: everyone who has a place, asked for one, or is invited to it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.awards.entitlements.models import Entitlement
from marketplace.awards.entitlements.states import EntitlementState
from marketplace.budgets.models import Budget, BudgetEntry
from marketplace.budgets.states import EntryKind
from marketplace.kernel.db import session
from redemption.models import LineRefund, RedemptionLine
from redemption.policies import CANCELLABLE
from redemption.states import LineState
from redemption.travel.cancellations.models import CanceledDeparture
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.policies import trade_key
from redemption.travel.invitations.states import BEFORE, KEEPS_PLACES, LIVE, InvitationState

MADE_WHOLE = KEEPS_PLACES | {InvitationState.OWED}
"""Invitations in these states get something in place of the trip; who was only next does not."""


def lines_on(variant_id: int) -> list[int]:
    """Ids of the requests for places that hold or spent points, the earliest first."""
    found = sa.select(RedemptionLine.id).where(
        RedemptionLine.variant_id == variant_id, RedemptionLine.state.in_(CANCELLABLE)
    )
    return list(session().scalars(found.order_by(RedemptionLine.id)))


def invitations_on(variant_id: int, *, among: frozenset[InvitationState] = LIVE) -> list[int]:
    """Ids of the invitations that can come to something, those who go first."""
    found = sa.select(Invitation.id).where(
        Invitation.variant_id == variant_id, Invitation.state.in_(among)
    )
    return list(
        session().scalars(
            found.order_by(
                Invitation.state != InvitationState.ACCEPTED,
                Invitation.state.in_(BEFORE),
                Invitation.id,
            )
        )
    )


def every_invitation(variant_id: int) -> list[int]:
    """Ids of all its invitations, also of those that are over."""
    found = sa.select(Invitation.id).where(Invitation.variant_id == variant_id)
    return list(session().scalars(found.order_by(Invitation.id)))


def set_aside_for(called_off: CanceledDeparture, invitation_ids: list[int]) -> list[int]:
    """Those of some invitations for whom the budget still keeps points in place of the trip."""
    keys = {trade_key(one): one for one in invitation_ids}
    released = aliased(BudgetEntry)
    kept = sa.select(BudgetEntry.reference).where(
        BudgetEntry.budget_id == called_off.budget_id,
        BudgetEntry.kind == EntryKind.RESERVE,
        BudgetEntry.reference.in_(keys),
        ~sa.exists().where(
            released.budget_id == BudgetEntry.budget_id,
            released.kind == EntryKind.RELEASE,
            released.reference == BudgetEntry.reference,
        ),
    )
    return sorted(keys[reference] for reference in session().scalars(kept))


def rights_on(variant_id: int) -> list[int]:
    """Ids of rights to it that nobody ended."""
    found = sa.select(Entitlement.id).where(
        Entitlement.variant_id == variant_id,
        Entitlement.state.in_((EntitlementState.GRANTED, EntitlementState.USED)),
    )
    return list(session().scalars(found.order_by(Entitlement.id)))


@dataclass(frozen=True, slots=True)
class FromBudget:
    """So many points go back to a budget."""

    name: str
    points: int


@dataclass(frozen=True, slots=True)
class WhatFollows:
    """What canceling a departure does: for how many people, and how many points go where."""

    bought: int
    bought_points: int
    asked: int
    asked_points: int
    going: int
    invited: int
    owed: int
    next_in_order: int
    budgets: tuple[FromBudget, ...]

    @property
    def made_whole(self) -> int:
        """How many invitations get something in place of the trip."""
        return self.going + self.invited + self.owed

    @property
    def people(self) -> int:
        """How many requests and invitations end in all."""
        return self.bought + self.asked + self.made_whole + self.next_in_order

    @property
    def mark(self) -> str:
        """The numbers in a word, to know them again when the button is pressed."""
        own = (self.bought, self.bought_points, self.asked, self.asked_points, self.made_whole)
        return "-".join(map(str, own))


def what_follows(variant_id: int) -> WhatFollows:
    """The same as it would be now."""
    lines, points = _lines(variant_id)
    rows = session().execute(
        sa.select(Invitation.state, sa.func.count())
        .where(Invitation.variant_id == variant_id, Invitation.state.in_(LIVE))
        .group_by(Invitation.state)
    )
    states = {row.state: row[1] for row in rows}
    spent = LineState.FULFILLED
    return WhatFollows(
        bought=lines.get(spent, 0),
        bought_points=points.get(spent, 0),
        asked=sum(count for state, count in lines.items() if state is not spent),
        asked_points=sum(amount for state, amount in points.items() if state is not spent),
        going=states.get(InvitationState.ACCEPTED, 0),
        invited=states.get(InvitationState.INVITED, 0),
        owed=states.get(InvitationState.OWED, 0),
        next_in_order=states.get(InvitationState.ALTERNATE, 0),
        budgets=_budgets(variant_id),
    )


def _lines(variant_id: int) -> tuple[dict[LineState, int], dict[LineState, int]]:
    units = RedemptionLine.quantity - RedemptionLine.returned_units
    left = units * RedemptionLine.unit_points - _came_back(LineRefund.units == 0)
    rows = session().execute(
        sa.select(RedemptionLine.state, sa.func.count(), sa.func.sum(left))
        .where(RedemptionLine.variant_id == variant_id, RedemptionLine.state.in_(CANCELLABLE))
        .group_by(RedemptionLine.state)
    )
    found = [(state, count, int(amount or 0)) for state, count, amount in rows]
    return {s: count for s, count, _ in found}, {s: amount for s, _, amount in found}


def _came_back(*which: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """The points of a line that came back before: all of them, or those of some refunds."""
    points = sa.func.coalesce(sa.func.sum(LineRefund.points), 0)
    found = sa.select(points).where(LineRefund.line_id == RedemptionLine.id, *which)
    return found.correlate(RedemptionLine).scalar_subquery()


def _budgets(variant_id: int) -> tuple[FromBudget, ...]:
    drawn_yet = RedemptionLine.budget_points - _came_back()
    lines = sa.select(RedemptionLine.budget_id, drawn_yet.label("points")).where(
        RedemptionLine.variant_id == variant_id,
        RedemptionLine.state.in_(CANCELLABLE),
        RedemptionLine.budget_id.is_not(None),
    )
    places = sa.select(
        Invitation.budget_id, (Invitation.places * Invitation.place_points).label("points")
    ).where(
        Invitation.variant_id == variant_id,
        Invitation.state.in_(KEEPS_PLACES),
        Invitation.budget_id.is_not(None),
    )
    drawn = sa.union_all(lines, places).subquery()
    rows = session().execute(
        sa.select(Budget.name, sa.func.sum(drawn.c.points))
        .join(Budget, Budget.id == drawn.c.budget_id)
        .group_by(Budget.id, Budget.name)
        .order_by(Budget.name)
    )
    return tuple(FromBudget(name, int(points)) for name, points in rows)


def is_on_it(employee_id: int, variant_id: int) -> bool:
    """Whether somebody has something to gain or lose by it."""
    asked = sa.exists().where(
        RedemptionLine.variant_id == variant_id,
        RedemptionLine.employee_id == employee_id,
        RedemptionLine.state.in_(CANCELLABLE),
    )
    invited = sa.exists().where(
        Invitation.variant_id == variant_id,
        Invitation.employee_id == employee_id,
        Invitation.state.in_(LIVE),
    )
    return session().scalar(sa.select(sa.or_(asked, invited))) is True


def unfinished(*, at: datetime) -> list[int]:
    """Canceled departures on which somebody is not made whole yet, or came to be after all."""
    live = (
        sa.exists().where(
            RedemptionLine.variant_id == CanceledDeparture.variant_id,
            RedemptionLine.state.in_(CANCELLABLE),
        ),
        sa.exists().where(
            Invitation.variant_id == CanceledDeparture.variant_id, Invitation.state.in_(LIVE)
        ),
        CanceledDeparture.finished_at.is_(None),
    )
    found = sa.select(CanceledDeparture.variant_id).where(
        CanceledDeparture.canceled_at <= at, sa.or_(*live)
    )
    return list(session().scalars(found.order_by(CanceledDeparture.variant_id)))
