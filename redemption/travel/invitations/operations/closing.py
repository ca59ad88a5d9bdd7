"""How an invitation ends without a journey, and who has the place then.

What it kept is free again, the right behind it passes to the next in line of its contest, and
otherwise the next of its wave is invited, all in one transaction.
"""

from datetime import datetime
from typing import Any

from catalog.operations import release_stock, return_sold
from marketplace.access.actor import Actor
from marketplace.awards.entitlements.operations import hand_back
from marketplace.awards.entitlements.states import EntitlementState
from marketplace.budgets.operations import give_back, release
from marketplace.kernel import audit
from marketplace.kernel.errors import NotAllowed, NotFound
from marketplace.kernel.faults import crashpoint
from redemption.bookings.operations import booking_of_invitation, cancel
from redemption.bookings.states import BookingState
from redemption.travel.invitations.errors import AlreadyTraveled, CalledOff, HasLeft, NoLongerOpen
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.operations.inviting import budget_key, invite_next
from redemption.travel.invitations.operations.moves import (
    lock_invitation,
    lock_rights,
    move_invitation,
)
from redemption.travel.invitations.queries.standing import (
    departure_of,
    is_called_off,
    named_invitation,
    rights_of,
    would_gain,
)
from redemption.travel.invitations.states import LIVE, InvitationState

_I = InvitationState
_RIGHTS = {
    _I.DECLINED: EntitlementState.DECLINED,
    _I.GIVEN_BACK: EntitlementState.DECLINED,
    _I.LAPSED: EntitlementState.LAPSED,
    _I.WITHDRAWN: EntitlementState.WITHDRAWN,
}


def close(
    invitation: Invitation,
    to: InvitationState,
    *,
    actor: Actor,
    at: datetime,
    note: str = "",
    tell: bool = False,
    **values: object,
) -> None:
    """End a locked invitation and let the next have what it kept."""
    let_go(invitation, to, actor=actor, at=at, note=note, tell=tell, **values)
    crashpoint("invitations.close.let_go")
    for right in rights_of(invitation.employee_id, invitation.trip_id):
        is_own = right.entitlement_id == invitation.entitlement_id
        if is_own or (right.variant_id == invitation.variant_id and not right.is_used):
            hand_back(right.entitlement_id, _RIGHTS[to], actor=actor, reason=note, at=at)


def let_go(
    invitation: Invitation,
    to: InvitationState,
    *,
    actor: Actor,
    at: datetime,
    note: str = "",
    tell: bool = False,
    **values: object,
) -> None:
    """The same without the rights behind it: what moved them has passed them on."""
    wave_id = let_go_alone(invitation, to, actor=actor, at=at, note=note, tell=tell, **values)
    if wave_id is not None:
        invite_next(wave_id, at=at)


def let_go_alone(
    invitation: Invitation,
    to: InvitationState,
    *,
    actor: Actor,
    at: datetime,
    note: str = "",
    **values: Any,
) -> int | None:
    """The same, and nobody is invited for it; the wave whose next could be.

    For places that are for somebody in particular, or for nobody.
    """
    was, places = invitation.state, invitation.places
    _refuse_travelers(invitation)
    move_invitation(
        invitation,
        to,
        actor_id=actor.employee_id,
        at=at,
        note=note,
        places=0,
        **values,
    )
    if was is _I.ACCEPTED:
        booking = booking_of_invitation(invitation.id)
        assert booking is not None
        cancel(booking, actor_id=actor.employee_id, note=note, at=at)
    if not places:
        return None
    _return_budget(invitation, was, places, at)
    if was is _I.ACCEPTED:
        return_sold(invitation.variant_id, places)
    else:
        release_stock(invitation.variant_id, places)
    return invitation.wave_id


def _refuse_travelers(invitation: Invitation) -> None:
    booking = booking_of_invitation(invitation.id)
    if booking is not None and booking.state is BookingState.TRAVELED:
        raise AlreadyTraveled


def _return_budget(invitation: Invitation, was: InvitationState, places: int, at: datetime) -> None:
    if invitation.budget_id is None or invitation.place_points is None:
        return
    back = give_back if was is _I.ACCEPTED else release
    key = budget_key(invitation)
    back(invitation.budget_id, places * invitation.place_points, reference=key, at=at)


def lapse(invitation_id: int, *, at: datetime) -> bool:
    """The time to answer is over: the place is for the next. False when a rival was faster."""
    known = named_invitation(invitation_id)
    lock_rights(known.employee_id, known.trip_id, at=at)
    if is_called_off(known.variant_id):
        return False
    invitation = lock_invitation(invitation_id, {_I.INVITED})
    if invitation is None or invitation.answer_by is None or invitation.answer_by > at:
        return False
    close(invitation, _I.LAPSED, actor=Actor.system(), at=at, note="No answer in time", tell=True)
    return True


def withdraw(actor: Actor, invitation_id: int, reason: str, *, at: datetime) -> None:
    """Take an invitation or an accepted place away, and say why; the person reads it.

    Raises NotFound, NoLongerOpen, and NotAllowed for one's own and for who would gain by it.
    """
    known = named_invitation(invitation_id)
    if known.employee_id == actor.employee_id:
        raise NotAllowed("This is your own invitation: decline it there. Nothing was changed.")
    if actor.employee_id is not None and would_gain(actor.employee_id, known):
        raise NotAllowed(
            "You are next in order or in line for this departure, so somebody else has to "
            "withdraw it. Nothing was changed."
        )
    lock_rights(known.employee_id, known.trip_id, at=at)
    if is_called_off(known.variant_id):
        raise CalledOff
    invitation = lock_invitation(invitation_id, LIVE)
    if invitation is None:
        raise NoLongerOpen(named_invitation(invitation_id).state)
    facts = {"before": invitation.state, "places": invitation.places, "reason": reason}
    close(invitation, _I.WITHDRAWN, actor=actor, at=at, note=reason, tell=True)
    _record(actor, "withdrawn", invitation_id, at, **facts)


def _record(actor: Actor, deed: str, invitation_id: int, at: datetime, **facts: Any) -> None:
    subject = f"invitation:{invitation_id}"
    audit.record(actor.employee_id, f"invitations.{deed}", subject, at=at, **facts)


def pass_over(invitation_id: int, why: str, *, at: datetime) -> bool:
    """Withdraw what is left of somebody who can't go any more; False when there is nothing."""
    known = named_invitation(invitation_id)
    lock_rights(known.employee_id, known.trip_id, at=at)
    if is_called_off(known.variant_id):
        return False
    invitation = lock_invitation(invitation_id, LIVE)
    if invitation is None:
        return False
    close(invitation, _I.WITHDRAWN, actor=Actor.system(), at=at, note=why)
    return True


def give_place_back(actor: Actor, invitation_id: int, reason: str, *, at: datetime) -> None:
    """Who said yes can't go after all: the place is for the next.

    Until the trip leaves; they paid no points, so none are kept. Raises NotFound, NoLongerOpen,
    HasLeft, CalledOff.
    """
    known = named_invitation(invitation_id)
    if known.employee_id != actor.employee_id:
        raise NotFound("There is no such invitation, or it is somebody else's.")
    lock_rights(known.employee_id, known.trip_id, at=at)
    trip = departure_of(known.variant_id)
    if trip.canceled_at is not None:
        raise CalledOff
    if trip.starts_on <= at.date():
        raise HasLeft(trip.starts_on)
    invitation = lock_invitation(invitation_id, {_I.ACCEPTED})
    if invitation is None:
        raise NoLongerOpen(named_invitation(invitation_id).state)
    facts = {"places": invitation.places, "late": at.date() > trip.cutoff_on, "reason": reason}
    close(invitation, _I.GIVEN_BACK, actor=actor, at=at, note=reason, tell=True)
    _record(actor, "given_back", invitation_id, at, **facts)
