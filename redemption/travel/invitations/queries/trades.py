"""What somebody may take in place of a trip, as its terms and today's prices have it."""

from datetime import datetime

import sqlalchemy as sa

from catalog.queries.offers import price_everywhere
from catalog.trips.queries.planner import trades_for
from marketplace.kernel.db import session
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.policies import TradeChoice
from redemption.travel.invitations.queries.standing import departure_of, departures_of_trip
from redemption.travel.invitations.states import InvitationState, Trade

NOTHING = TradeChoice(Trade.NOTHING, "Nothing, thank you")


def trades_of(invitation: Invitation, *, at: datetime) -> list[TradeChoice]:
    """Every choice of who declines, nothing first. Who is only next in order has no other."""
    if invitation.state is not InvitationState.INVITED:
        return [NOTHING]
    trip = departure_of(invitation.variant_id)
    terms, choices = trip.terms, [NOTHING]
    may_have_points = terms.trade_budget_id is not None and not _had_points(invitation)
    if terms.trade_points and may_have_points:
        words = f"{terms.trade_points:,} points"
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


def _had_points(invitation: Invitation) -> bool:
    """Whether they took points in place of this departure before: who is invited anew has them."""
    before = sa.exists().where(
        Invitation.employee_id == invitation.employee_id,
        Invitation.variant_id == invitation.variant_id,
        Invitation.trade_points > 0,
    )
    return session().scalar(sa.select(before)) is True


def _package(trip_id: int, variant_id: int, at: datetime) -> list[TradeChoice]:
    price = price_everywhere(variant_id, at=at)
    name = dict(trades_for(trip_id, at=at)).get(variant_id)
    if price is None or price.points is None or name is None:
        return []
    words = f"{name}: {price.points:,} points, what it costs"
    return [TradeChoice(Trade.PACKAGE, words, points=price.points, variant_id=variant_id)]
