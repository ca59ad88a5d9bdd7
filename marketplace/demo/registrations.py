"""Registrations for the northern lights: one sent, one half done, one late, a guest replaced."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from catalog.trips.queries.planner import planned_trips
from marketplace.kernel.db import session
from marketplace.people.queries import actor_of
from redemption.bookings.models import Booking
from redemption.travel.activities.queries import choices_of
from redemption.travel.registration.operations import filling
from redemption.travel.registration.operations.opening import open_party
from redemption.travel.registration.operations.planning import put_deadlines
from redemption.travel.registration.operations.replacing import replace_guest
from redemption.travel.registration.operations.rows import Filling, Hand
from redemption.travel.registration.policies import Needs, RoomChosen, Wish
from redemption.travel.registration.queries import Party, party_of
from redemption.travel.registration.states import Bed, DayPart, Section
from redemption.travel.vault.consent import CURRENT
from redemption.travel.vault.states import VaultField as F

TRIP = "Northern lights, Tromsø"
GRACE = {
    F.FAMILY_NAME: "Kim",
    F.GIVEN_NAMES: "Grace Hana",
    F.BIRTH_DATE: "1988-02-11",
    F.NATIONALITY: "CA",
}
GUEST = {
    F.FAMILY_NAME: "Laurent",
    F.GIVEN_NAMES: "Theo",
    F.BIRTH_DATE: "1987-09-30",
    F.NATIONALITY: "FR",
}
RAHUL = {
    F.FAMILY_NAME: "Mehta",
    F.GIVEN_NAMES: "Rahul",
    F.BIRTH_DATE: "1984-06-05",
    F.NATIONALITY: "IN",
}


def load_registrations(people: dict[str, int], *, at: datetime) -> int:
    """Let them fill in what they have by now; how many bookings there are."""
    trip = next(one for one in planned_trips() if one.name == TRIP)
    departure = trip.departures[0]
    began = at - timedelta(days=3)
    bookings = sa.select(Booking.id, Booking.employee_id).where(
        Booking.variant_id == departure.variant_id
    )
    parties = {
        employee_id: open_party(booking_id, at=began)
        for booking_id, employee_id in session().execute(bookings.order_by(Booking.id))
    }
    _grace(parties[people["grace.kim"]], at=began + timedelta(hours=5))
    _rahul(parties[people["rahul.mehta"]], at=began + timedelta(hours=9))
    _noor(parties[people["noor.aziz"]], at=began + timedelta(hours=30))
    put_deadlines(
        actor_of(people["priya.nair"]),
        departure.variant_id,
        {Section.TRAVEL: (at - timedelta(days=2)).date()},
        ends_on=departure.dates.ends_on,
        at=began,
    )
    return len(parties)


def _of(party: Party, position: int = 1, *, by_link: bool = False) -> Filling:
    """A registration in the hand of the employee, or of the guest."""
    hand = Hand.guest() if by_link else Hand(actor_of(party.employee_id))
    now = party_of(party.booking_id)
    return Filling(hand, now, now.member(position))


def _passport(number: str, at: datetime) -> dict[F, str]:
    issued, expires = at - timedelta(days=900), at + timedelta(days=2_700)
    days = {F.ISSUED_ON: issued, F.EXPIRES_ON: expires}
    return {F.PASSPORT_NUMBER: number} | {
        field: day.date().isoformat() for field, day in days.items()
    }


def _wish(party: Party, from_place: str) -> Wish:
    return Wish(
        own_way=False,
        from_place=from_place,
        outbound_on=party.starts_on,
        outbound_part=DayPart.MORNING,
        return_on=party.ends_on,
        return_part=DayPart.ANY,
    )


def _grace(party: Party, *, at: datetime) -> None:
    """Grace has sent hers; her guest has begun, by the link."""
    filling.save_passport(_of(party), Section.TRAVELER, GRACE, at=at)
    filling.save_passport(_of(party), Section.DOCUMENTS, _passport("HB402917", at), at=at)
    filling.save_travel(_of(party), _wish(party, "Toronto"), at=at)
    filling.save_room(_of(party), RoomChosen(None, Bed.ONE), at=at)
    needs = {F.DIET: "No shellfish, please.", F.CONTACT_NAME: "Min-ji Kim"}
    needs[F.CONTACT_PHONE] = "+14165550162"
    filling.save_needs(_of(party), Needs(needs, CURRENT), at=at)
    wishes = [one.item_id for one in choices_of(party.variant_id)]
    filling.save_activities(_of(party), wishes[::-1], at=at)
    filling.send(_of(party), at=at)
    guest = _of(party, 2, by_link=True)
    filling.call_guest(guest, "Theo")
    filling.save_passport(guest, Section.TRAVELER, GUEST, at=at + timedelta(hours=20))
    filling.save_activities(_of(party, 2, by_link=True), [], along=True, at=at)


def _rahul(party: Party, *, at: datetime) -> None:
    """Rahul stopped halfway."""
    filling.save_passport(_of(party), Section.TRAVELER, RAHUL, at=at)
    filling.save_travel(_of(party), _wish(party, "London"), at=at)
    filling.save_needs(_of(party), Needs({}, tells_hotel=True), at=at)


def _noor(party: Party, *, at: datetime) -> None:
    """Noor's brother can't come, her friend can."""
    filling.call_guest(_of(party, 2), "Sami")
    now = party_of(party.booking_id)
    replace_guest(Hand(actor_of(party.employee_id)), now, now.member(2), "Lena", at=at)
