"""A right to a trip invites who won it, and ends with its invitation, whichever ends first.

And whoever is invited sets no terms that they themselves would gain by, nor makes a place for
themselves where one is owed to them.
"""

from datetime import datetime

import sqlalchemy as sa

from catalog.operations import knows_who_waits
from catalog.trips.gaining import knows_who_gains
from marketplace.access.actor import Actor
from marketplace.awards.entitlements.following import follows_moves
from marketplace.awards.entitlements.models import Entitlement
from marketplace.awards.entitlements.states import EntitlementState
from marketplace.kernel.db import session
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.operations.closing import let_go
from redemption.travel.invitations.operations.inviting import invite_if_free
from redemption.travel.invitations.operations.moves import (
    NewInvitation,
    lock_invitation,
    open_invitation,
)
from redemption.travel.invitations.queries.standing import (
    departure_of,
    is_group_departure,
    live_invitations,
    why_not_going,
)
from redemption.travel.invitations.states import LIVE, InvitationState

_ENDS = {
    EntitlementState.DECLINED: InvitationState.DECLINED,
    EntitlementState.LAPSED: InvitationState.LAPSED,
    EntitlementState.WITHDRAWN: InvitationState.WITHDRAWN,
}


@knows_who_gains
def is_invited_there(employee_id: int, reward_id: int) -> bool:
    """Whether somebody is invited on a trip, goes on it by that, or is next in order."""
    return bool(live_invitations(employee_id, reward_id))


@knows_who_waits
def waits_for_a_place(employee_id: int, variant_id: int) -> bool:
    """Whether the next free place of a departure is owed to somebody, or may be theirs in order."""
    waits = sa.exists().where(
        Invitation.employee_id == employee_id,
        Invitation.variant_id == variant_id,
        Invitation.state.in_((InvitationState.OWED, InvitationState.ALTERNATE)),
    )
    return session().scalar(sa.select(waits)) is True


@follows_moves
def invite_winner(right: Entitlement, actor: Actor, at: datetime) -> bool:
    """What a move of a right means for the trip; whether the invitation tells the person."""
    if right.state is EntitlementState.GRANTED and is_group_departure(right.variant_id):
        return _open(right, actor, at)
    if right.state in _ENDS:
        _end(right, _ENDS[right.state], actor, at)
    return False


def _open(right: Entitlement, actor: Actor, at: datetime) -> bool:
    """Their place is kept at once where one is free; who is invited there already goes once.

    Who can't go is passed over by the clock, when everyone who is next in line is known.
    """
    assert right.variant_id is not None
    trip = departure_of(right.variant_id)
    opened = open_invitation(
        NewInvitation(
            employee_id=right.employee_id,
            trip_id=trip.trip_id,
            variant_id=right.variant_id,
            rank=right.place,
            guests_most=trip.terms.guests_most,
            accept_days=trip.terms.accept_days,
            entitlement_id=right.id,
        ),
        InvitationState.OWED,
        actor_id=actor.employee_id,
        at=at,
    )
    if opened is None or why_not_going(right.employee_id, right.variant_id):
        return False
    return invite_if_free(opened, at=at)


def _end(right: Entitlement, to: InvitationState, actor: Actor, at: datetime) -> None:
    """The right was given up at its own page, or taken away: so is what came of it."""
    invitation_id = session().scalar(
        sa.select(Invitation.id).where(
            Invitation.entitlement_id == right.id, Invitation.state.in_(LIVE)
        )
    )
    invitation = lock_invitation(invitation_id, LIVE) if invitation_id else None
    if invitation is None:
        return
    if invitation.state is InvitationState.ACCEPTED and to is not InvitationState.WITHDRAWN:
        to = InvitationState.GIVEN_BACK
    let_go(invitation, to, actor=actor, at=at)
