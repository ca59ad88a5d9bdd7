"""What somebody may take in place of a trip, as its terms and today's prices have it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.queries.offers import price_everywhere
from catalog.trips.queries.planner import trades_for
from marketplace.kernel.db import session
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.policies import TradeChoice
from redemption.travel.invitations.queries.standing import departure_of, departures_of_trip
from redemption.travel.invitations.states import InvitationState, Trade

NOTHING = TradeChoice(Trade.NOTHING, "Nothing, thank you")


def trades_of(
    invitation: Invitation, *, at: datetime, had_points: bool | None = None
) -> list[TradeChoice]:
    """Every choice of who declines, nothing first. Who is only next in order has no other.

    `had_points` of whoever has read it with the invitation.
    """
    if invitation.state is not InvitationState.INVITED:
        return [NOTHING]
    trip = departure_of(invitation.variant_id)
    terms, choices = trip.terms, [NOTHING]
    may_have_points = terms.trade_budget_id is not None and not _had_points(invitation, had_points)
    if terms.trade_points and may_have_points:
        words = f"{terms.trade_points:,} points, yours at once and for good"
        choices.append(TradeChoice(Trade.POINTS, words, points=terms.trade_points))
    if terms.trade_variant_id and may_have_points:
        choices += _package(trip.trip_id, terms.trade_variant_id, at)
    if terms.may_go_later:
        choices += [
            TradeChoice(Trade.LATER, f"A place later: {one.label}", variant_id=one.variant_id)
            for one in departures_of_trip(trip.trip_id)
            if one.starts_on > trip.starts_on
            and one.cutoff_on >= at.date()
            and one.canceled_at is None
        ]
    return choices


def had_points() -> sa.ColumnElement[bool]:
    """Whether somebody took points in place of the departure of an invitation of theirs before."""
    before = aliased(Invitation)
    return sa.exists().where(
        before.employee_id == Invitation.employee_id,
        before.variant_id == Invitation.variant_id,
        before.trade_points > 0,
    )


def _had_points(invitation: Invitation, known: bool | None) -> bool:
    if known is not None:
        return known
    before = sa.select(had_points()).where(Invitation.id == invitation.id)
    return session().scalar(before) is True


def _package(trip_id: int, variant_id: int, at: datetime) -> list[TradeChoice]:
    price = price_everywhere(variant_id, at=at)
    name = dict(trades_for(trip_id, at=at)).get(variant_id)
    if price is None or price.points is None or name is None:
        return []
    words = f"{name}: {price.points:,} points, what it costs"
    return [TradeChoice(Trade.PACKAGE, words, points=price.points, variant_id=variant_id)]
