"""Another guest comes along: who had the place before is forgotten at once."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import insert_row, rows_changed, session
from marketplace.kernel.errors import BadInput
from redemption.bookings.models import Traveler
from redemption.travel.activities.operations import forget_wishes
from redemption.travel.desk.tickets.operations import drop_tickets_of
from redemption.travel.desk.transfers.operations import leave_seats_of
from redemption.travel.registration.errors import (
    GuestChanged,
    NoSuchRegistration,
    NotGoing,
    TooLateToReplace,
)
from redemption.travel.registration.models import GuestChange, Registration, SectionDone
from redemption.travel.registration.operations.opening import renew_link
from redemption.travel.registration.operations.rows import (
    Hand,
    lock_registration,
    move_registration,
    subject_of_member,
)
from redemption.travel.registration.queries import Member, Party
from redemption.travel.registration.states import RegistrationState
from redemption.travel.vault.errors import NoTraveler
from redemption.travel.vault.operations.forgetting import erase


def replace_guest(
    hand: Hand, party: Party, member: Member, name: str, *, plans: bool = False, at: datetime
) -> str:
    """Somebody of this name comes along in the place of a guest; the token of their link.

    The link of the guest before leads nowhere and what the vault kept of them is deleted with its
    key. Their bed and their seats on activities stay with the place; wishes that were not drawn,
    flights and the transfers to them go. `plans`: by who plans the trip, also after the cut-off.

    Raises NoSuchRegistration for who is no guest, NotGoing, TooLateToReplace, BadInput,
    GuestChanged when somebody was faster.
    """
    called = _refuse(party, member, name, plans=plans, on=at.date())
    forget_wishes(party.variant_id, member.traveler_id)
    found = lock_registration(member.traveler_id, at=at)
    if found.state is RegistrationState.SENT:
        move_registration(found, RegistrationState.OPEN, hand, at=at, note="Another guest")
    before = found.subject_id
    number = _count(member, at)
    flights = drop_tickets_of(member.traveler_id, at=at)
    if flights:
        leave_seats_of(member.traveler_id)
    _forget(member, before, at)
    session().execute(
        sa.update(Traveler).where(Traveler.id == member.traveler_id).values(name=called)
    )
    session().refresh(found)
    subject_of_member(party, member, found, at=at)
    _note(hand, member, number, flights, at)
    return renew_link(hand, party, member, at=at)


def _refuse(party: Party, member: Member, name: str, *, plans: bool, on: date) -> str:
    """The name as it will stand, where nothing is in the way."""
    called = " ".join(name.split())
    if not member.is_guest:
        raise NoSuchRegistration
    if not party.is_in_force:
        raise NotGoing
    if on >= party.starts_on:
        raise TooLateToReplace(party.starts_on - timedelta(days=1), is_last=True)
    if not party.may_replace(on, plans=plans):
        raise TooLateToReplace(party.cutoff_on)
    if not called:
        raise BadInput("Enter who comes along, a first name is enough.", field="name")
    if called.casefold() == member.name.casefold():
        raise BadInput(f"{called} comes along already. Enter who comes instead.", field="name")
    return called


def _count(member: Member, at: datetime) -> int:
    """One more had this place. Raises GuestChanged where it is not the guest who was meant."""
    counted = session().execute(
        sa.update(Registration)
        .where(Registration.traveler_id == member.traveler_id, Registration.guest == member.guest)
        .values(
            guest=Registration.guest + 1,
            subject_id=None,
            tells_hotel=False,
            opened_at=at,
            changed_at=at,
        ),
        execution_options={"synchronize_session": False},
    )
    if not rows_changed(counted):
        raise GuestChanged
    return member.guest + 1


def _forget(member: Member, subject_id: int | None, at: datetime) -> None:
    done = SectionDone.traveler_id == member.traveler_id
    session().execute(sa.delete(SectionDone).where(done))
    if subject_id is None:
        return
    try:
        erase(Actor.system(), subject_id, at=at)
    except NoTraveler:
        return


def _note(hand: Hand, member: Member, number: int, flights: int, at: datetime) -> None:
    insert_row(
        GuestChange,
        traveler_id=member.traveler_id,
        number=number,
        flights=flights,
        actor_id=hand.actor_id,
        at=at,
    )
    about = f"traveler:{member.traveler_id}"
    audit.record(
        hand.actor_id, "registration.guest_replaced", about, at=at, number=number, flights=flights
    )
