"""A registration's lock, its moves, and where the data of a traveler lies in the vault."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.moves import Machine
from redemption.bookings.models import Booking
from redemption.bookings.states import IN_FORCE
from redemption.travel.registration.errors import (
    GuestChanged,
    LinkIsOver,
    NotGoing,
    SectionClosed,
)
from redemption.travel.registration.models import Registration, RegistrationEvent, SectionDone
from redemption.travel.registration.queries import Member, Party, holds
from redemption.travel.registration.states import RegistrationState, Section, may_move
from redemption.travel.vault.errors import NoTraveler
from redemption.travel.vault.operations.keeping import keep_until
from redemption.travel.vault.operations.subjects import locked_subject, new_guest, subject_for

_MACHINE = Machine(Registration, RegistrationEvent, "traveler_id", may_move)


@dataclass(frozen=True, slots=True)
class Hand:
    """Who fills something in: an employee, or a guest by their link, who is nobody here."""

    actor: Actor
    by_link: bool = False

    @property
    def actor_id(self) -> int | None:
        """The employee; none for a guest."""
        return None if self.by_link else self.actor.employee_id

    @classmethod
    def guest(cls) -> "Hand":
        """The guest themself."""
        return cls(Actor.system(), by_link=True)


@dataclass(frozen=True, slots=True)
class Filling:
    """One traveler's registration in somebody's hand."""

    hand: Hand
    party: Party
    member: Member

    @property
    def about(self) -> str:
        """What it is called in the audit."""
        return f"traveler:{self.member.traveler_id}"


def lock_registration(traveler_id: int, *, at: datetime) -> Registration:
    """The registration of a traveler for this transaction, opened where there is none yet."""
    opened = session().scalar(
        insert_or_skip(Registration)
        .values(traveler_id=traveler_id, state=RegistrationState.OPEN, opened_at=at, changed_at=at)
        .on_conflict_do_nothing()
        .returning(Registration.traveler_id)
    )
    if opened is not None:
        moved = {"from_state": None, "to_state": RegistrationState.OPEN, "at": at}
        _MACHINE.note(traveler_id, 1, actor_id=None, by_link=False, note="", **moved)
    return session().get_one(
        Registration, traveler_id, with_for_update=True, populate_existing=True
    )


def lock_for(one: Filling, *, at: datetime) -> Registration:
    """The same for who fills it in. Raises GuestChanged where it is somebody else's by now."""
    found = lock_registration(one.member.traveler_id, at=at)
    if found.guest != one.member.guest:
        raise GuestChanged
    return found


def move_registration(
    found: Registration, to: RegistrationState, hand: Hand, *, at: datetime, note: str = ""
) -> None:
    """Move a locked registration and remember it. Raises IllegalMove for one not in the table."""
    sent = {"sent_at": at} if to is RegistrationState.SENT else {}
    told = {"actor_id": hand.actor_id, "by_link": hand.by_link, "note": note}
    _MACHINE.move(found, to, at=at, told=told, changed_at=at, **sent)


def still_goes(one: Filling, *, at: datetime) -> None:
    """Look once more, under the lock of the booking: what the page read may be over by now.

    Raises NotGoing once the places were given back, LinkIsOver once the link of a guest is ended.
    """
    lock_going(one.party)
    if one.hand.by_link and not holds(one.member, at=at):
        raise LinkIsOver


def lock_going(party: Party) -> None:
    """Let nobody give these places back meanwhile. Raises NotGoing where somebody did."""
    booking = session().get(Booking, party.booking_id, with_for_update=True, populate_existing=True)
    if booking is None or booking.state not in IN_FORCE:
        raise NotGoing


def open_section(one: Filling, section: Section, *, at: datetime) -> None:
    """Refuse what can't be changed.

    Raises NotGoing, LinkIsOver, NoSuchRegistration, SectionClosed.
    """
    still_goes(one, at=at)
    row = one.member.section(section)
    if not row.is_open(at):
        raise SectionClosed(section, row.due_on)


def mark_done(traveler_id: int, section: Section, *, at: datetime) -> None:
    """Remember that a section is finished."""
    session().execute(
        insert_or_skip(SectionDone)
        .values(traveler_id=traveler_id, section=section, done_at=at)
        .on_conflict_do_update(index_elements=["traveler_id", "section"], set_={"done_at": at})
    )


def kept_for(booking_id: int) -> str:
    """What the vault keeps the data of a booking's travelers for."""
    return f"booking:{booking_id}"


def subject_of_member(party: Party, member: Member, found: Registration, *, at: datetime) -> int:
    """Where the data of a traveler lies, made where there is none, and kept for this trip."""
    if member.employee_id is not None:
        subject_id = subject_for(member.employee_id, at=at)
    else:
        subject_id = _guest_subject(found, at)
    keep_until(subject_id, kept_for(party.booking_id), ends_on=party.ends_on)
    return subject_id


def _guest_subject(found: Registration, at: datetime) -> int:
    """A guest's own; once it was erased they are somebody new."""
    if found.subject_id is not None:
        try:
            return locked_subject(Actor.system(), found.subject_id).id
        except NoTraveler:
            pass
    subject_id = new_guest(at=at)
    found.subject_id = subject_id
    session().flush()
    return subject_id


def vault_actor(one: Filling) -> Actor:
    """As whom the vault is asked: oneself for one's own, the house for what a guest entrusts."""
    actor = one.hand.actor
    return actor if actor.employee_id == one.member.employee_id else Actor.system()
