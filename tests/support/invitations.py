"""Invitations to a trip for the tests: waves, answers, and where everyone stands."""

from collections.abc import Sequence

import sqlalchemy as sa

from catalog.offers import Offer
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.people.operations.employment import mark_left
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.operations.answering import (
    accept_invitation,
    decline_invitation,
)
from redemption.travel.invitations.operations.closing import give_place_back
from redemption.travel.invitations.operations.waves import NewWave, make_wave
from redemption.travel.invitations.policies import TradeChoice
from redemption.travel.invitations.queries.trades import NOTHING
from redemption.travel.invitations.states import InvitationState
from tests.support.redemption import new_key


def invite(
    planner: Actor,
    trip: Offer,
    people: Sequence[int],
    *,
    at_once: int | None = None,
    guests: int = 1,
    days: int = 14,
    budget_id: int | None = None,
) -> int:
    """A wave in this order, all at once unless said otherwise; its id."""
    new = NewWave(
        variant_id=trip.variant_id,
        name="President’s Club",
        people=people,
        at_once=at_once or len(people),
        guests_most=guests,
        accept_days=days,
        budget_id=budget_id,
    )
    with transaction():
        return make_wave(planner, new, at=clock.now())


def invitation_of(employee_id: int, variant_id: int | None = None) -> Invitation:
    """Somebody's newest invitation, read anew."""
    session().close()
    mine = sa.select(Invitation).where(Invitation.employee_id == employee_id)
    if variant_id is not None:
        mine = mine.where(Invitation.variant_id == variant_id)
    return session().scalars(mine.order_by(Invitation.id.desc()).limit(1)).one()


def accept(who: Actor, *, guests: int = 0, key: str = "") -> str:
    """Say yes; the reference of the booking."""
    invitation_id = invitation_of(who.id).id
    session().close()
    with transaction():
        return accept_invitation(
            who, invitation_id, guests, request_key=key or new_key(), at=clock.now()
        )


def decline(who: Actor, trade: TradeChoice = NOTHING, *, key: str = "") -> None:
    """Say no, and take this in its place."""
    invitation_id = invitation_of(who.id).id
    session().close()
    with transaction():
        decline_invitation(who, invitation_id, trade, request_key=key or new_key(), at=clock.now())


def give_back(who: Actor, reason: str = "") -> None:
    """Give an accepted place back."""
    invitation_id = invitation_of(who.id).id
    session().close()
    with transaction():
        give_place_back(who, invitation_id, reason, at=clock.now())


def leave(employee_id: int) -> None:
    """Somebody works here no longer, as of today."""
    at = clock.now()
    with transaction():
        mark_left(employee_id, on=at.date(), actor=Actor.system(), at=at)


def states_of(variant_id: int) -> list[InvitationState]:
    """Where the invitations of a departure stand, in the order they were opened."""
    session().close()
    found = sa.select(Invitation.state).where(Invitation.variant_id == variant_id)
    return list(session().scalars(found.order_by(Invitation.id)))
