"""Inviting: a place and those of the guests are kept for somebody until they answer."""

from datetime import datetime

from catalog.operations import keep_places, places_left
from marketplace.access.actor import Actor
from marketplace.awards.entitlements.operations import hand_back
from marketplace.awards.entitlements.states import EntitlementState
from marketplace.budgets.errors import BudgetExceeded
from marketplace.budgets.operations import reserve as reserve_budget
from marketplace.kernel.db import session
from marketplace.kernel.faults import crashpoint
from redemption.travel.invitations.errors import NotEnoughPlaces
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.operations.moves import lock_invitation, move_invitation
from redemption.travel.invitations.policies import answer_until
from redemption.travel.invitations.queries.standing import (
    departure_of,
    next_in_wave,
    why_not_going,
)
from redemption.travel.invitations.states import BEFORE, InvitationState


def invite(invitation_id: int, *, ahead_of_line: bool, actor_id: int | None, at: datetime) -> bool:
    """Keep places for somebody and tell them; False when somebody else was faster.

    Who is not in good standing any more is passed over: their invitation is withdrawn, and keeps
    nothing. `ahead_of_line`: who waits in line to buy a place stands behind them. Raises
    NotEnoughPlaces and BudgetExceeded; the transaction must not go on then.
    """
    invitation = lock_invitation(invitation_id, BEFORE)
    if invitation is None:
        return False
    if why := why_not_going(invitation.employee_id, invitation.variant_id):
        _pass_over(invitation, why, at)
        return True
    places = 1 + invitation.guests_most
    if invitation.budget_id is not None:
        points = places * _per_place(invitation)
        reserve_budget(invitation.budget_id, points, reference=budget_key(invitation), at=at)
    if not keep_places(invitation.variant_id, places, ahead_of_line=ahead_of_line):
        raise NotEnoughPlaces(wanted=places, left=places_left(invitation.variant_id) or 0)
    crashpoint("invitations.invite.kept")
    dates = departure_of(invitation.variant_id)
    move_invitation(
        invitation,
        InvitationState.INVITED,
        actor_id=actor_id,
        at=at,
        tell=True,
        places=places,
        answer_by=answer_until(at, days=invitation.accept_days, cutoff_on=dates.cutoff_on),
    )
    crashpoint("invitations.invite.moved")
    return True


def _pass_over(invitation: Invitation, why: str, at: datetime) -> None:
    move_invitation(invitation, InvitationState.WITHDRAWN, actor_id=None, at=at, note=why)
    if invitation.entitlement_id is not None:
        hand_back(
            invitation.entitlement_id,
            EntitlementState.WITHDRAWN,
            actor=Actor.system(),
            reason=why,
            at=at,
        )


def budget_key(invitation: Invitation) -> str:
    """What the entries of a budget call the places of an invitation."""
    return f"invitation:{invitation.id}"


def _per_place(invitation: Invitation) -> int:
    assert invitation.place_points is not None
    return invitation.place_points


def invite_if_free(invitation_id: int, *, at: datetime) -> bool:
    """The same for whom a place is owed; False where none is free or the budget falls short.

    Nothing is changed then, and they wait on.
    """
    try:
        with session().begin_nested():
            return invite(invitation_id, ahead_of_line=True, actor_id=None, at=at)
    except (NotEnoughPlaces, BudgetExceeded):
        return False


def invite_next(wave_id: int, *, at: datetime) -> bool:
    """A place came back: it is for the next of the wave who can go. False when nobody is left."""
    while (following := next_in_wave(wave_id)) is not None:
        if not invite_if_free(following, at=at):
            return False
        if session().get_one(Invitation, following).state is InvitationState.INVITED:
            return True
    return False
