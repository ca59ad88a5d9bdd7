"""Naming a colleague, agreeing to it, and the colleague's answer, which moves the place at once.

Lock rank: request key, the programs of rights, the invitation, the substitution; then as for any
answer to an invitation.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.trips.states import SubstituteRule
from marketplace.access.actor import Actor
from marketplace.awards.entitlements.operations import call_off_entitlement
from marketplace.kernel import audit
from marketplace.kernel.clock import midnight
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.moves import Machine
from marketplace.people.queries import person
from redemption.travel.invitations.errors import NoLongerOpen
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.operations.answering import accept_invitation
from redemption.travel.invitations.operations.closing import let_go_alone
from redemption.travel.invitations.operations.inviting import invite
from redemption.travel.invitations.operations.moves import (
    NewInvitation,
    lock_invitation,
    lock_rights,
    open_invitation,
)
from redemption.travel.invitations.policies import answer_until
from redemption.travel.invitations.queries.checked import cannot_be_invited
from redemption.travel.invitations.queries.standing import (
    DepartureFacts,
    departure_of,
    named_invitation,
    rights_of,
)
from redemption.travel.invitations.states import InvitationState
from redemption.travel.substitutions.errors import (
    NoSubstitutes,
    NotThisColleague,
    NotWaiting,
    OneAtATime,
    OwnSubstitution,
)
from redemption.travel.substitutions.models import Substitution, SubstitutionEvent
from redemption.travel.substitutions.queries import Named, named
from redemption.travel.substitutions.states import LIVE, SubstitutionState, may_move

_S = SubstitutionState
_MACHINE = Machine(Substitution, SubstitutionEvent, "substitution_id", may_move)


def name_colleague(actor: Actor, invitation_id: int, colleague_id: int, *, at: datetime) -> int:
    """Name who shall go in one's place; the id. One's own place stays until the colleague says yes.

    Raises NotFound, NoLongerOpen, NoSubstitutes, NotThisColleague, OneAtATime.
    """
    known = named_invitation(invitation_id)
    if known.employee_id != actor.employee_id:
        raise NotFound("There is no such invitation, or it is somebody else's.")
    invitation = _going(invitation_id, at)
    trip = departure_of(invitation.variant_id)
    _refuse(trip, invitation, colleague_id, at)
    is_free = trip.terms.substitute_rule is SubstituteRule.FREELY and at.date() <= trip.cutoff_on
    state = _S.OFFERED if is_free else _S.ASKED
    insert = insert_or_skip(Substitution).values(
        invitation_id=invitation_id,
        employee_id=colleague_id,
        state=state,
        answer_by=_answer_by(trip, at) if is_free else None,
        made_at=at,
        changed_at=at,
    )
    made = session().scalar(insert.on_conflict_do_nothing().returning(Substitution.id))
    if made is None:
        raise OneAtATime
    first = {"from_state": None, "to_state": state, "actor_id": actor.id, "note": "", "at": at}
    _MACHINE.note(made, 1, **first)
    _tell(made, 1)
    subject = f"invitation:{invitation_id}"
    audit.record(actor.id, "substitutions.named", subject, at=at, colleague=colleague_id)
    return made


def _going(invitation_id: int, at: datetime) -> Invitation:
    """The invitation of who goes, locked after the rights that stand behind it."""
    known = named_invitation(invitation_id)
    lock_rights(known.employee_id, known.trip_id, at=at)
    invitation = lock_invitation(invitation_id, {InvitationState.ACCEPTED})
    if invitation is None:
        raise NoLongerOpen(named_invitation(invitation_id).state)
    return invitation


def _refuse(trip: DepartureFacts, invitation: Invitation, colleague_id: int, at: datetime) -> None:
    if trip.terms.substitute_rule is SubstituteRule.NOBODY or trip.canceled_at is not None:
        raise NoSubstitutes(
            f"On {trip.name} nobody goes in the place of somebody else. Give the place back, and "
            "it is for the next. Nothing was changed."
        )
    if trip.starts_on <= at.date():
        raise NoSubstitutes("The trip has left, so nobody else can go. Nothing was changed.")
    if colleague_id == invitation.employee_id:
        raise NotThisColleague("That is you. Name a colleague. Your place is yours as before.")
    if cannot_be_invited([colleague_id], trip.variant_id):  # why is theirs to tell
        raise NotThisColleague(
            f"{person(colleague_id).name} can’t go on {trip.name} in your place. Name somebody "
            "else. Your place is yours as before."
        )


def _answer_by(trip: DepartureFacts, at: datetime) -> datetime:
    leaves_at = midnight(trip.starts_on)
    until = answer_until(at, days=trip.terms.accept_days, cutoff_on=trip.cutoff_on)
    return min(until, leaves_at)


def agree(actor: Actor, substitution_id: int, *, at: datetime) -> None:
    """Those who plan it agree, and the colleague is asked.

    Raises NotFound, NotWaiting, and OwnSubstitution for who gains or loses by it.
    """
    found = _to_decide(actor, substitution_id)
    row = _locked(found, {_S.ASKED})
    until = _answer_by(departure_of(found.variant_id), at)
    _move(row, _S.OFFERED, actor_id=actor.employee_id, at=at, answer_by=until)
    _record(actor, "agreed", found, at, until=until.isoformat())


def refuse(actor: Actor, substitution_id: int, reason: str, *, at: datetime) -> None:
    """Those who plan the trip do not agree, and say why. Raises as `agree`."""
    found = _to_decide(actor, substitution_id)
    _move(_locked(found, {_S.ASKED}), _S.REFUSED, actor_id=actor.employee_id, at=at, note=reason)
    _record(actor, "refused", found, at, reason=reason)


def _record(actor: Actor, deed: str, found: Named, at: datetime, **facts: Any) -> None:
    subject = f"invitation:{found.invitation_id}"
    told = {"colleague": found.colleague_id} | facts
    audit.record(actor.employee_id, f"substitutions.{deed}", subject, at=at, **told)


def _to_decide(actor: Actor, substitution_id: int) -> Named:
    found = named(substitution_id)
    if actor.employee_id in {found.first_id, found.colleague_id}:
        raise OwnSubstitution
    return found


def take_back(actor: Actor, substitution_id: int, *, at: datetime) -> None:
    """Who named the colleague goes after all. Raises NotFound, NotWaiting."""
    found = named(substitution_id)
    if found.first_id != actor.employee_id:
        raise NotFound("There is no such offer, or it is somebody else's.")
    _move(_locked(found, LIVE), _S.TAKEN_BACK, actor_id=actor.id, at=at)
    _record(actor, "taken_back", found, at)


def decline_offer(actor: Actor, substitution_id: int, *, at: datetime) -> None:
    """The colleague can't go: the first keeps the place. Raises NotFound, NotWaiting."""
    found = named(substitution_id)
    if found.colleague_id != actor.employee_id:
        raise NotFound("There is no such offer, or it is somebody else's.")
    _move(_locked(found, {_S.OFFERED}), _S.DECLINED, actor_id=actor.id, at=at)
    _record(actor, "declined", found, at)


def lapse(substitution_id: int, *, at: datetime) -> bool:
    """Nobody answered in time: the first keeps the place. False when a rival was faster."""
    row = _lock(substitution_id, LIVE)
    if row is None:
        return False
    _move(row, _S.LAPSED, actor_id=None, at=at)
    return True


def end_with_its_place(substitution_id: int, *, at: datetime) -> None:
    """The place that was offered is given up: there is nothing to offer any more."""
    row = _lock(substitution_id, LIVE)
    if row is not None:
        note = "The place was given back, or is gone"
        _move(row, _S.TAKEN_BACK, actor_id=None, at=at, note=note)


def take_place(
    actor: Actor, substitution_id: int, guests: int, *, request_key: str, at: datetime
) -> str:
    """The colleague goes: the place is theirs by an invitation of their own; the booking.

    Who went before, their right and their booking end with it, and nobody else is asked between.
    Raises NotFound, NotWaiting, and what refuses an answer to an invitation.
    """
    body = {"substitution": substitution_id, "guests": guests}
    answered = claim_key(actor.id, f"{request_key}:take", at=at, **body)
    if answered is not None:
        return answered
    found = named(substitution_id)
    if found.colleague_id != actor.employee_id:
        raise NotFound("There is no such offer, or it is somebody else's.")
    first = _going(found.invitation_id, at)
    row = _locked(found, {_S.OFFERED})
    if row.answer_by is None or row.answer_by <= at:
        raise NotWaiting(_S.LAPSED)
    _move(row, _S.TAKEN, actor_id=actor.id, at=at)
    opened = _hand_over(first, actor, at)
    reference = accept_invitation(actor, opened, guests, request_key=request_key, at=at)
    _record(actor, "taken", found, at, booking=reference)
    answer_key(actor.id, f"{request_key}:take", reference)
    return reference


def _hand_over(first: Invitation, actor: Actor, at: datetime) -> int:
    """Their places go over in one step: those of the first are free and kept for the colleague."""
    places, note = first.places, f"{actor.name} goes instead"
    how = InvitationState.GIVEN_BACK
    let_go_alone(first, how, actor=Actor.system(), at=at, note=note)
    for right in rights_of(first.employee_id, first.trip_id):
        if right.entitlement_id == first.entitlement_id:
            call_off_entitlement(right.entitlement_id, actor=Actor.system(), reason=note, at=at)
    new = NewInvitation(
        employee_id=actor.id,
        trip_id=first.trip_id,
        variant_id=first.variant_id,
        rank=first.rank,
        guests_most=places - 1,
        accept_days=first.accept_days,
        budget_id=first.budget_id,
        place_points=first.place_points,
        substitutes_id=first.id,
    )
    opened = open_invitation(new, InvitationState.OWED, actor_id=actor.id, at=at)
    if opened is None:
        raise NotThisColleague("You are invited to this departure already. Answer that one.")
    invite(opened, ahead_of_line=True, actor_id=actor.id, at=at)
    return opened


def _locked(found: Named, among: Collection[SubstitutionState]) -> Substitution:
    row = _lock(found.id, among)
    if row is None:
        raise NotWaiting(named(found.id).state)
    return row


def _lock(substitution_id: int, among: Collection[SubstitutionState]) -> Substitution | None:
    return (
        session()
        .scalars(
            sa.update(Substitution)
            .where(Substitution.id == substitution_id, Substitution.state.in_(among))
            .values(changed_at=Substitution.changed_at)
            .returning(Substitution),
            execution_options={"synchronize_session": False, "populate_existing": True},
        )
        .one_or_none()
    )


def _move(
    row: Substitution,
    to: SubstitutionState,
    *,
    actor_id: int | None,
    at: datetime,
    note: str = "",
    **values: object,
) -> None:
    told = {"actor_id": actor_id, "note": note}
    _tell(row.id, _MACHINE.move(row, to, at=at, told=told, changed_at=at, **values))


def _tell(substitution_id: int, seq: int) -> None:
    key = f"{substitution_id}:{seq}"
    enqueue("substitutions.tell", key=key, substitution_id=substitution_id, seq=seq)
