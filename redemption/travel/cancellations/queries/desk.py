"""Canceling a departure as its planner sees it: what may be given, and how far it is."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.models import Employee
from redemption.models import RedemptionLine
from redemption.policies import CANCELLABLE
from redemption.travel.cancellations.models import CanceledDeparture, MadeWhole
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.queries.standing import departure_of, departures_of_trip
from redemption.travel.invitations.states import LIVE, Trade

NOTHING = f"{Trade.NOTHING}:"


def instead_choices(variant_id: int, *, at: datetime) -> list[tuple[str, str]]:
    """What who was invited may get in place of a departure, and the words for each."""
    trip = departure_of(variant_id)
    offered = []
    if trip.terms.trade_points and trip.terms.trade_budget_id:
        words = f"{trip.terms.trade_points:,} points each, as the terms of the trip say"
        offered.append((f"{Trade.POINTS}:", words))
    offered += [
        (f"{Trade.LATER}:{one.variant_id}", f"An invitation to a later departure: {one.label}")
        for one in departures_of_trip(trip.trip_id)
        if one.starts_on > trip.starts_on and one.cutoff_on >= at.date() and one.canceled_at is None
    ]
    return [*offered, (NOTHING, "Nothing: the letter says so")]


@dataclass(frozen=True, slots=True)
class MadeWholeRow:
    """One person, and what they got back. `is_bought`: for points."""

    name: str
    is_bought: bool
    places: int
    points: int
    trade: Trade
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a canceled departure is."""

    reason: str
    by: str
    canceled_at: datetime
    finished_at: datetime | None
    people: int
    left: int
    rows: tuple[MadeWholeRow, ...]

    @property
    def done(self) -> int:
        """How many requests and invitations are ended of those there were."""
        return max(0, self.people - self.left)

    @property
    def never_told(self) -> int:
        """How many were only next in order, once all is done: they had nothing to get back."""
        return 0 if self.left else max(0, self.done - len(self.rows))

    @property
    def points(self) -> int:
        """Points that went back for places that were bought."""
        return sum(row.points for row in self.rows if row.is_bought)


def progress_of(variant_id: int) -> Progress | None:
    """The same of one departure; None where it was not canceled."""
    row = (
        session()
        .execute(
            sa.select(CanceledDeparture, Employee.name, _left(variant_id).label("left"))
            .outerjoin(Employee, Employee.id == CanceledDeparture.canceled_by_id)
            .where(CanceledDeparture.variant_id == variant_id)
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )
    if row is None:
        return None
    called_off = row.CanceledDeparture
    return Progress(
        reason=called_off.reason,
        by=row.name or "Laurel",
        canceled_at=called_off.canceled_at,
        finished_at=called_off.finished_at,
        people=called_off.people,
        left=row.left,
        rows=_rows(variant_id),
    )


def _left(variant_id: int) -> sa.ColumnElement[int]:
    lines = sa.select(sa.func.count(RedemptionLine.id)).where(
        RedemptionLine.variant_id == variant_id, RedemptionLine.state.in_(CANCELLABLE)
    )
    invitations = sa.select(sa.func.count(Invitation.id)).where(
        Invitation.variant_id == variant_id, Invitation.state.in_(LIVE)
    )
    return lines.scalar_subquery() + invitations.scalar_subquery()


def _rows(variant_id: int) -> tuple[MadeWholeRow, ...]:
    found = session().execute(
        sa.select(
            Employee.name,
            MadeWhole.line_id.is_not(None),
            MadeWhole.places,
            MadeWhole.points,
            MadeWhole.trade,
            MadeWhole.at,
        )
        .join(Employee, Employee.id == MadeWhole.employee_id)
        .where(MadeWhole.variant_id == variant_id)
        .order_by(MadeWhole.invitation_id.is_not(None), Employee.name, MadeWhole.id)
    )
    return tuple(MadeWholeRow(*row) for row in found)
