"""A booking on a trip with a guest, and filling its registration in, for the tests."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time

from catalog.trips.operations import add_item, put_rooms
from catalog.trips.plan import NewItem, NewRoom
from catalog.trips.states import ItemKind
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import WRITES, session, transaction
from redemption.travel.activities.queries import seats_taken
from redemption.travel.registration.operations import filling
from redemption.travel.registration.operations.opening import open_party
from redemption.travel.registration.operations.rows import Filling, Hand
from redemption.travel.registration.policies import Needs, RoomChosen, Wish
from redemption.travel.registration.queries import Party, my_party
from redemption.travel.registration.states import Bed, DayPart, Section
from redemption.travel.vault.consent import CURRENT
from tests.support.invitations import accept, invite
from tests.support.vault import NEEDS, PASSPORT

TRAM = NewItem(
    day=2, kind=ItemKind.ACTIVITY, name="Old tram", is_choice=True, seats=2,
    starts_at=time(10), ends_at=time(12),
)  # fmt: skip
FADO = replace(TRAM, name="Fado evening", seats=3, starts_at=time(20), ends_at=time(22))
TILES = replace(TRAM, name="Painting tiles", seats=None, starts_at=time(11), ends_at=time(13))


def plan_trip(priya: Actor, variant_id: int, *items: NewItem) -> list[int]:
    """Put rooms and things to choose into the plan; their ids."""
    at = clock.now()
    with transaction():
        put_rooms(priya, variant_id, NewRoom(name="Double", sleeps=2, rooms=20), at=at)
        return [add_item(priya, variant_id, item, at=at) for item in items or (TRAM, FADO, TILES)]


def go(planner: Actor, trip, who: Actor, *, guests: int = 1) -> str:
    """Somebody is invited and says yes; registration is open. The reference of the booking."""
    invite(planner, trip, [who.id])
    reference = accept(who, guests=guests)
    begin(who, reference)
    return reference


def begin(who: Actor, reference: str) -> None:
    """What the job does once the booking is there."""
    booking_id = party(who, reference).booking_id
    with transaction():
        open_party(booking_id, at=clock.now())


def party(who: Actor, reference: str) -> Party:
    """A booking as it is now, within the open transaction if there is one."""
    if session().info.get(WRITES):
        return my_party(who, reference)
    session().close()
    found = my_party(who, reference)
    session().close()
    return found


def mine(who: Actor, reference: str, position: int = 1, *, by_link: bool = False) -> Filling:
    """A registration in somebody's hand, read anew."""
    here = party(who, reference)
    hand = Hand.guest() if by_link else Hand(who)
    return Filling(hand, here, here.member(position))


def fill(who: Actor, reference: str, *sections: Section, position: int = 1) -> None:
    """Fill these sections in, all where none is named."""
    here = mine(who, reference, position)
    for section in sections or [row.section for row in here.member.sections]:
        with transaction():
            _fill(mine(who, reference, position), section)


def _fill(one: Filling, section: Section) -> None:
    at, trip = clock.now(), one.party
    if section in {Section.TRAVELER, Section.DOCUMENTS}:
        filling.save_passport(one, section, PASSPORT, at=at)
    elif section is Section.TRAVEL:
        wish = Wish(
            own_way=False, from_place="Auckland", note="",
            outbound_on=trip.starts_on, outbound_part=DayPart.MORNING,
            return_on=trip.ends_on, return_part=DayPart.ANY,
        )  # fmt: skip
        filling.save_travel(one, wish, at=at)
    elif section is Section.ROOM:
        filling.save_room(one, RoomChosen(None, Bed.ONE), at=at)
    elif section is Section.NEEDS:
        filling.save_needs(one, Needs(NEEDS, CURRENT), at=at)
    else:
        filling.save_activities(one, [], at=at)


def wish_for(who: Actor, reference: str, *item_ids: int, position: int = 1) -> None:
    """Put what somebody would like to do in order."""
    one = mine(who, reference, position)
    with transaction():
        filling.save_activities(one, item_ids, at=clock.now())


def send(who: Actor, reference: str, *, position: int = 1) -> bool:
    """Send the registration."""
    one = mine(who, reference, position)
    with transaction():
        return filling.send(one, at=clock.now())


def seats(item_ids: Sequence[int]) -> list[int]:
    """How many have a place on each."""
    session().close()
    return [seats_taken(one) for one in item_ids]
