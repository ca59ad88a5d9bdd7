"""How one person stands to the line for one variant."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.models import Departure, MemberUsage, Reward, Variant
from catalog.offers import Offer, telling_label
from catalog.states import Kind
from catalog.trips.models import Trip
from catalog.trips.queries.terms import ALONE, TERMS, terms_in
from catalog.trips.terms import TripTerms
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.ledger.queries import points_of
from redemption.bookings.queries import goes_there, is_going
from redemption.waiting.models import Wait
from redemption.waiting.policies import Means, is_turn
from redemption.waiting.states import IN_LINE, LIVE, WaitState


@dataclass(frozen=True, slots=True)
class Standing:
    """The line for a variant, and one's own place in it; `state` none for who does not wait.

    `place` counts from 1, `in_line` is how many wait in all, whoever is short of points among them,
    and `units_in_line` for how many units; `units` are one's own.
    """

    in_line: int
    units_in_line: int
    wait_id: int | None = None
    state: WaitState | None = None
    place: int = 0
    units: int = 0
    kept_until: datetime | None = None

    def is_turn(self, at: datetime) -> bool:
        """Whether their units are kept for them now."""
        return is_turn(self.state, self.kept_until, at=at)


@dataclass(frozen=True, slots=True)
class LineFor:
    """The line for an offer as somebody finds it; `terms` are those of the trip."""

    standing: Standing
    terms: TripTerms
    has_place: bool


def standing_in_line(actor: Actor, variant_id: int) -> Standing:
    """Where somebody stands in the line for a variant, in one statement."""
    return Standing(*session().execute(_standing(actor, variant_id)).one())


def line_for(actor: Actor, offered: Offer, *, at: datetime) -> LineFor:
    """The same with what else somebody has to know who thinks of joining, in one statement."""
    counted = _standing(actor, offered.variant_id).subquery()
    row = (
        session()
        .execute(
            sa.select(counted, *TERMS, goes_there(actor.id, offered, at=at).label("has_place"))
            .select_from(counted)
            .outerjoin(Trip, Trip.reward_id == offered.reward_id)
        )
        .one()
    )
    return LineFor(
        standing=Standing(*(getattr(row, column.name) for column in counted.c)),
        terms=terms_in(row) if offered.kind is Kind.GROUP_TRIP else ALONE,
        has_place=bool(row.has_place),
    )


def _standing(actor: Actor, variant_id: int) -> sa.Select[*tuple[Any, ...]]:
    mine = sa.and_(Wait.employee_id == actor.employee_id, Wait.state.in_(LIVE))
    own_id = sa.select(Wait.id).where(mine, Wait.variant_id == variant_id).scalar_subquery()
    in_line = Wait.state.in_(IN_LINE)
    return sa.select(
        sa.func.count().filter(in_line).label("in_line"),
        sa.func.coalesce(sa.func.sum(Wait.units).filter(in_line), 0).label("units_in_line"),
        sa.func.max(sa.case((mine, Wait.id))).label("wait_id"),
        sa.func.max(sa.case((mine, Wait.state))).label("state"),
        sa.func.count().filter(in_line, Wait.id <= own_id).label("place"),
        sa.func.coalesce(sa.func.max(sa.case((mine, Wait.units))), 0).label("units"),
        sa.func.max(sa.case((mine, Wait.kept_until))).label("kept_until"),
    ).where(Wait.variant_id == variant_id, Wait.state.in_(LIVE))


def is_departure(variant_id: int) -> bool:
    """Whether a variant is a departure, of which one waits for places."""
    found = sa.exists().where(Departure.variant_id == variant_id)
    return bool(session().scalar(sa.select(found)))


@dataclass(frozen=True, slots=True)
class Turn:
    """What is kept for somebody whose turn it is, and until when."""

    units: int
    kept_until: datetime


def turn_of(employee_id: int, variant_id: int, *, at: datetime) -> Turn | None:
    """What is kept for somebody; None where nothing is."""
    row = session().execute(
        sa.select(Wait.units, Wait.kept_until).where(
            Wait.employee_id == employee_id,
            Wait.variant_id == variant_id,
            Wait.state == WaitState.OFFERED,
            Wait.kept_until > at,
        )
    )
    found = row.one_or_none()
    return None if found is None else Turn(*found)


def what_is(variant_id: int) -> str:
    """A variant by its name: `Trail backpack, rust`."""
    row = session().execute(
        sa.select(Reward.name, Reward.kind, Variant.label)
        .join(Variant, Variant.reward_id == Reward.id)
        .where(Variant.id == variant_id)
    )
    name, kind, label = row.one()
    return ", ".join(filter(None, (name, telling_label(label, Kind(kind)))))


def means_of(employee_id: int, offered: Offer, *, at: datetime) -> Means:
    """What somebody has who wants units of an offer."""
    return Means(
        balance=points_of(employee_id, at=at).available,
        used=_used_of(employee_id, offered, at),
        has_place=is_going(employee_id, offered, at=at),
    )


def _used_of(employee_id: int, offered: Offer, at: datetime) -> int:
    """How often somebody had the reward in the period that its limit counts in."""
    if offered.limit_period is None:
        return 0
    usage = MemberUsage
    used = sa.select(usage.used).where(
        usage.reward_id == offered.reward_id,
        usage.employee_id == employee_id,
        usage.period == offered.limit_period.around(at),
    )
    return session().scalar(used) or 0
