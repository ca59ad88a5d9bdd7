"""What becomes known of people before a trip leaves, for the tests."""

from datetime import date

import sqlalchemy as sa

from catalog.offers import Offer
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.people.models import Employee
from redemption.travel.desk.standing.operations import Decision, confirm_fine, decide, look
from redemption.travel.desk.standing.queries import StandingRow, standings_on
from redemption.travel.desk.standing.states import StandingState


def gives_notice(employee_id: int, last_day: date | None) -> None:
    """Their last day is known ahead; none: they stay after all."""
    session().close()
    with transaction() as now:
        mine = sa.update(Employee).where(Employee.id == employee_id)
        now.execute(mine.values(left_on=last_day))


def standing_of(trip: Offer, booking_id: int) -> StandingRow:
    """One who goes, read anew."""
    session().close()
    return standings_on(trip.variant_id).of(booking_id)


def look_at(trip: Offer) -> int:
    """The look of the clock at one departure; how many were opened."""
    session().close()
    with transaction():
        return look(trip.variant_id, at=clock.now())


def confirm(planner: Actor, trip: Offer, *, seen: str | None = None) -> int:
    """Everyone who is fine in one go; how many."""
    session().close()
    with transaction():
        return confirm_fine(planner, trip.variant_id, seen=seen, at=clock.now())


def settle(
    planner: Actor,
    trip: Offer,
    booking_id: int,
    to: StandingState = StandingState.WITHDRAWN,
    *,
    seen: StandingState = StandingState.OPEN,
    reason: str = "They serve notice",
) -> str:
    """One decision about one who goes; their name."""
    session().close()
    decision = Decision(booking_id=booking_id, to=to, reason=reason, seen=seen)
    with transaction():
        return decide(planner, trip.variant_id, decision, at=clock.now())
