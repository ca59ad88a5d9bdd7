"""Canceling a departure: nobody takes a place any more, and the work to make everyone whole begins.

Lock rank: the reward, the budget of what is given in its place, the stock.
"""

from dataclasses import dataclass
from datetime import datetime

from catalog.operations.departures import cancel_departure
from marketplace.access.actor import Actor
from marketplace.budgets.operations import reserve
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import enqueue
from redemption.travel.cancellations.errors import (
    CanceledAlready,
    ChangedMeanwhile,
    LeftAlready,
    OnIt,
)
from redemption.travel.cancellations.models import CanceledDeparture
from redemption.travel.cancellations.queries.standing import (
    MADE_WHOLE,
    invitations_on,
    is_on_it,
    what_follows,
)
from redemption.travel.invitations.policies import trade_key
from redemption.travel.invitations.queries.standing import DepartureFacts, departure_of
from redemption.travel.invitations.states import Trade


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOff:
    """Why a departure is canceled, and what who was invited gets: nothing, points, or to go later.

    `later_variant_id` is the other departure. `seen` is the mark of the numbers that stood on the
    page; empty: nobody looked.
    """

    reason: str
    trade: Trade = Trade.NOTHING
    later_variant_id: int | None = None
    seen: str = ""


def call_off(actor: Actor, variant_id: int, how: CallOff, *, at: datetime) -> None:
    """Take a departure off the shelf for good; a job gives everyone back what they had.

    Raises NotFound, BadInput, LeftAlready, CanceledAlready, ChangedMeanwhile, OnIt for who is on
    it, and BudgetExceeded where the points in its place are more than their budget has left.
    """
    trip = departure_of(variant_id)
    if not how.reason.strip():
        raise BadInput("Write why; everyone on it reads it. Nothing was changed.", field="reason")
    if trip.starts_on <= at.date():
        raise LeftAlready
    if actor.employee_id is not None and is_on_it(actor.employee_id, variant_id):
        raise OnIt
    reason = how.reason.strip()
    if not cancel_departure(actor, variant_id, reason=reason, at=at):
        raise CanceledAlready
    crashpoint("cancellations.called_off")
    follows = what_follows(variant_id)
    if how.seen and how.seen != follows.mark:
        raise ChangedMeanwhile
    instead = _instead(trip, how, at)
    session().add(
        CanceledDeparture(
            variant_id=variant_id,
            reason=reason,
            trade=how.trade,
            people=follows.people,
            canceled_by_id=actor.employee_id,
            canceled_at=at,
            **instead,
        )
    )
    session().flush()
    enqueue("cancellations.make_whole", key=str(variant_id), variant_id=variant_id)
    enqueue("waiting.end_line", key=str(variant_id), variant_id=variant_id)


def _instead(trip: DepartureFacts, how: CallOff, at: datetime) -> dict[str, object]:
    """The columns of what is given in its place; points for all of them are set aside now."""
    if how.trade is Trade.LATER:
        later = departure_of(how.later_variant_id or 0)
        fits = later.trip_id == trip.trip_id and later.starts_on > trip.starts_on
        if not fits or later.canceled_at is not None or later.cutoff_on < at.date():
            raise BadInput(
                "Choose a later departure of this trip that can still be asked for. "
                "Nothing was changed.",
                field="instead",
            )
        return {"later_variant_id": later.variant_id}
    if how.trade is not Trade.POINTS:
        return {}
    points, budget_id = trip.terms.trade_points, trip.terms.trade_budget_id
    if points is None or budget_id is None:
        raise BadInput(
            "The terms of the trip name no points in its place. Set them first, or choose "
            "something else. Nothing was changed.",
            field="instead",
        )
    for invitation_id in invitations_on(trip.variant_id, among=MADE_WHOLE):
        reserve(budget_id, points, reference=trade_key(invitation_id), at=at)
    return {"trade_points": points, "budget_id": budget_id}
