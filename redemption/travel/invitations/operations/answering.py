"""Answering an invitation: yes with so many guests, or no with what one takes in its place."""

from datetime import datetime
from typing import Any

from catalog.operations import release_stock, sell_reserved
from marketplace.access.actor import Actor
from marketplace.awards.entitlements.operations import hand_back, use_entitlement
from marketplace.awards.entitlements.states import EntitlementState
from marketplace.budgets.operations import release, spend_reserved
from marketplace.kernel import audit
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.ledger.operations import lock_members
from redemption.bookings.operations import book_invitation
from redemption.bookings.queries import has_place_on
from redemption.travel.invitations.errors import (
    CalledOff,
    GoesAlready,
    HasLeft,
    NoLongerOpen,
    NotInStanding,
    TooLateToAnswer,
)
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.operations.closing import close
from redemption.travel.invitations.operations.inviting import budget_key
from redemption.travel.invitations.operations.moves import (
    lock_invitation,
    lock_rights,
    move_invitation,
)
from redemption.travel.invitations.operations.trades import take_instead
from redemption.travel.invitations.policies import TradeChoice
from redemption.travel.invitations.queries.standing import (
    DepartureFacts,
    departure_of,
    is_called_off,
    live_invitations,
    named_invitation,
    rights_of,
    why_not_going,
)
from redemption.travel.invitations.states import BEFORE, LIVE, InvitationState

_I = InvitationState


def accept_invitation(
    actor: Actor, invitation_id: int, guests: int, *, request_key: str, at: datetime
) -> str:
    """Say yes, with so many guests; the reference of the booking.

    Places that were kept for more guests are free again, every other invitation and right of the
    person to this trip passes to the next. Raises NotFound, NoLongerOpen, TooLateToAnswer,
    HasLeft, NotInStanding, GoesAlready, BadInput for too many guests.
    """
    answered = claim_key(actor.id, request_key, at=at, accept=invitation_id, guests=guests)
    if answered is not None:
        return answered
    invitation = _own_open(actor, invitation_id, {_I.INVITED}, at)
    trip = departure_of(invitation.variant_id)
    _refuse(invitation, trip, guests, at)
    lock_members([actor.id], at=at)
    if has_place_on(actor.id, invitation.trip_id, on=at.date()):
        raise GoesAlready(trip.name)
    crashpoint("invitations.accept.locked")
    kept, places = invitation.places, 1 + guests
    promised = _promised(trip, places)
    move_invitation(invitation, _I.ACCEPTED, actor_id=actor.id, at=at, tell=True, **promised)
    reference = book_invitation(
        actor.id,
        invitation_id=invitation.id,
        trip_id=invitation.trip_id,
        variant_id=invitation.variant_id,
        places=places,
        at=at,
    )
    _settle_rights(actor, invitation, at)
    _spend(invitation, kept, places, at)
    sell_reserved(invitation.variant_id, places)
    if kept > places:
        release_stock(invitation.variant_id, kept - places)
    crashpoint("invitations.accept.booked")
    audit.record(actor.id, "invitations.accepted", f"invitation:{invitation_id}", at=at, **promised)
    answer_key(actor.id, request_key, reference)
    return reference


def decline_invitation(
    actor: Actor,
    invitation_id: int,
    trade: TradeChoice,
    *,
    reason: str = "",
    request_key: str,
    at: datetime,
) -> None:
    """Say no, or leave the order of those who are next; the place is for the next at once.

    `trade` is what they take in its place, one of `queries.trades.trades_of`. Raises NotFound,
    NoLongerOpen, TooLateToAnswer, NoSuchTrade, BudgetExceeded.
    """
    body = {"decline": invitation_id, "trade": trade.value, "reason": reason}
    if claim_key(actor.id, request_key, at=at, **body) is not None:
        return
    invitation = _own_open(actor, invitation_id, BEFORE | {_I.INVITED}, at)
    taken = take_instead(invitation, trade, at=at)
    crashpoint("invitations.decline.traded")
    close(invitation, _I.DECLINED, actor=actor, at=at, note=reason.strip(), tell=True, **taken)
    audit.record(
        actor.id,
        "invitations.declined",
        f"invitation:{invitation_id}",
        at=at,
        trade=trade.trade.value,
        points=trade.points,
    )
    answer_key(actor.id, request_key, str(invitation_id))


def _own_open(
    actor: Actor,
    invitation_id: int,
    among: frozenset[InvitationState] | set[InvitationState],
    at: datetime,
) -> Invitation:
    """One's own invitation, locked after the rights that stand behind it."""
    known = named_invitation(invitation_id)
    if known.employee_id != actor.employee_id:
        raise NotFound("There is no such invitation, or it is somebody else's.")
    lock_rights(known.employee_id, known.trip_id, at=at)
    if is_called_off(known.variant_id):
        raise CalledOff
    invitation = lock_invitation(invitation_id, among)
    if invitation is None:
        raise NoLongerOpen(named_invitation(invitation_id).state)
    if invitation.answer_by is not None and invitation.answer_by <= at:
        raise TooLateToAnswer(invitation.answer_by)
    return invitation


def _refuse(invitation: Invitation, trip: DepartureFacts, guests: int, at: datetime) -> None:
    if trip.starts_on <= at.date():
        raise HasLeft(trip.starts_on)
    if not 0 <= guests <= invitation.guests_most:
        raise BadInput(
            f"You may bring {invitation.guests_most} at most. Enter how many come along.",
            field="guests",
        )
    if why := why_not_going(invitation.employee_id, invitation.variant_id):
        raise NotInStanding(
            f"You can't accept, because who is invited {why}. Write to those who plan the trip. "
            "Nothing was changed."
        )


def _settle_rights(actor: Actor, invitation: Invitation, at: datetime) -> None:
    """The right that is used up is used; all others to this trip pass on, because one goes once."""
    goes = "Goes already"
    for other in live_invitations(actor.id, invitation.trip_id):
        found = lock_invitation(other, LIVE - {_I.ACCEPTED}) if other != invitation.id else None
        if found is not None:
            close(found, _I.WITHDRAWN, actor=Actor.system(), at=at, note=goes)
    for right in rights_of(actor.id, invitation.trip_id):
        if right.entitlement_id == invitation.entitlement_id:
            use_entitlement(right.entitlement_id, actor=actor, reason="Goes", at=at)
        elif not right.is_used:
            hand_back(
                right.entitlement_id,
                EntitlementState.DECLINED,
                actor=Actor.system(),
                reason=goes,
                at=at,
            )


def _promised(trip: DepartureFacts, places: int) -> dict[str, Any]:
    """How many places, what each is worth on the day of the yes, and who pays the tax on that."""
    worth = {"worth_minor": trip.worth_minor, "currency": trip.currency}
    return {**worth, "places": places, "tax_paid_by": trip.terms.tax_paid_by}


def _spend(invitation: Invitation, kept: int, places: int, at: datetime) -> None:
    if invitation.budget_id is None or invitation.place_points is None:
        return
    key, budget_id = budget_key(invitation), invitation.budget_id
    spend_reserved(budget_id, places * invitation.place_points, reference=key, at=at)
    if kept > places:
        release(budget_id, (kept - places) * invitation.place_points, reference=key, at=at)
