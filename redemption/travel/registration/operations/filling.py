"""Filling sections in, one at a time, and sending what is ready."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from catalog.trips.models import RoomType
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.jobs import enqueue
from redemption.bookings.models import Traveler
from redemption.travel.activities.operations import leave_place, save_wishes, take_place
from redemption.travel.registration.errors import NoRoomThere, NotReady
from redemption.travel.registration.models import Registration, RoomWish, TravelWish
from redemption.travel.registration.operations.rows import (
    Filling,
    lock_for,
    mark_done,
    move_registration,
    open_section,
    still_goes,
    subject_of_member,
    vault_actor,
)
from redemption.travel.registration.policies import (
    Needs,
    RoomChosen,
    Values,
    Wish,
    missing_of,
    not_ready,
)
from redemption.travel.registration.queries import fields_kept, traveler_called
from redemption.travel.registration.states import RegistrationState, Section
from redemption.travel.vault.operations.agreeing import agree
from redemption.travel.vault.operations.keeping import put
from redemption.travel.vault.states import VaultField


def _begin(one: Filling, section: Section, at: datetime) -> Registration:
    open_section(one, section, at=at)
    return lock_for(one, at=at)


def _end(one: Filling, section: Section, at: datetime, *, is_done: bool = True) -> None:
    if is_done:
        mark_done(one.member.traveler_id, section, at=at)
    facts = {"section": section.value, "by_link": one.hand.by_link}
    audit.record(one.hand.actor_id, "registration.filled", one.about, at=at, **facts)


def save_passport(
    one: Filling,
    section: Section,
    values: Values,
    *,
    at: datetime,
) -> list[VaultField]:
    """Keep what stands in the passport, in the vault alone; what is still missing of the section.

    Raises NotGoing, SectionClosed, GuestChanged, and what `vault.put` raises.
    """
    found = _begin(one, section, at)
    subject_id = subject_of_member(one.party, one.member, found, at=at)
    put(vault_actor(one), subject_id, values, at=at)
    missing = missing_of(section, fields_kept(subject_id))
    _end(one, section, at, is_done=not missing)
    return missing


def call_guest(one: Filling, name: str) -> None:
    """What a guest is called on lists, where they said it."""
    if one.member.is_guest and name.strip():
        session().execute(
            sa.update(Traveler)
            .where(Traveler.id == one.member.traveler_id)
            .values(name=" ".join(name.split()))
        )


def save_travel(one: Filling, wish: Wish, *, at: datetime) -> None:
    """Keep how a party would like to travel.

    Raises NotGoing, SectionClosed, GuestChanged, BadInput for days that miss the trip.
    """
    _begin(one, Section.TRAVEL, at)
    _refuse_days(one, wish)
    values = asdict(wish)
    session().execute(
        insert_or_skip(TravelWish)
        .values(traveler_id=one.member.traveler_id, **values)
        .on_conflict_do_update(index_elements=["traveler_id"], set_=values)
    )
    _end(one, Section.TRAVEL, at)


def _refuse_days(one: Filling, wish: Wish) -> None:
    begins, ends = (f"{on:%-d %B %Y}" for on in (one.party.starts_on, one.party.ends_on))
    if wish.outbound_on > one.party.ends_on:
        words = f"The trip ends on {ends}. Enter a day before that on which you leave."
        raise BadInput(words, field="outbound_on")
    if wish.return_on < one.party.starts_on:
        words = f"The trip begins on {begins}. Enter a day after that on which you come back."
        raise BadInput(words, field="return_on")


def save_room(one: Filling, room: RoomChosen, *, at: datetime) -> None:
    """Keep how a party would like to sleep.

    Raises NotGoing, SectionClosed, GuestChanged, NoRoomThere.
    """
    _begin(one, Section.ROOM, at)
    if room.room_type_id is not None:
        kind = session().get(RoomType, room.room_type_id)
        if kind is None or kind.variant_id != one.party.variant_id:
            raise NoRoomThere
    said = " ".join(room.shares_with.split())
    with_id = (
        traveler_called(one.party.variant_id, said, but=one.party.booking_id) if said else None
    )
    values = {
        "room_type_id": room.room_type_id,
        "bed": room.bed,
        "with_id": with_id,
        "with_text": "" if with_id else said,
    }
    session().execute(
        insert_or_skip(RoomWish)
        .values(traveler_id=one.member.traveler_id, **values)
        .on_conflict_do_update(index_elements=["traveler_id"], set_=values)
    )
    _end(one, Section.ROOM, at)


def save_needs(one: Filling, needs: Needs, *, at: datetime) -> None:
    """Keep what somebody needs, in the vault, with their agreement; nothing is an answer, too.

    Raises NotGoing, SectionClosed, GuestChanged, and what `vault.agree` and `vault.put` raise.
    """
    found = _begin(one, Section.NEEDS, at)
    found.tells_hotel = needs.tells_hotel
    session().flush()
    if needs.values:
        subject_id = subject_of_member(one.party, one.member, found, at=at)
        whose = vault_actor(one)
        if needs.agreed:
            agree(whose, subject_id, text_version=needs.agreed, at=at)
        put(whose, subject_id, needs.values, at=at)
    _end(one, Section.NEEDS, at)


def save_activities(
    one: Filling,
    item_ids: Sequence[int],
    *,
    along: bool = False,
    at: datetime,
) -> None:
    """Keep what somebody would like to do, in order; nothing is an answer, too.

    Raises NotGoing, SectionClosed, GuestChanged, DrawnAlready, BadInput.
    """
    open_section(one, Section.ACTIVITIES, at=at)
    if along and not one.member.is_guest:
        raise BadInput("Only a guest can do the same as somebody else.", field="along")
    save_wishes(one.party.variant_id, one.member.traveler_id, item_ids, along=along, at=at)
    lock_for(one, at=at)
    _end(one, Section.ACTIVITIES, at)


def take_activity(one: Filling, item_id: int, *, at: datetime) -> str:
    """Take a free seat after the draw; what it is on.

    Raises NotGoing, LinkIsOver, GuestChanged and as `take_place`.
    """
    still_goes(one, at=at)
    name = take_place(one.party.variant_id, one.member.traveler_id, item_id, at=at)
    lock_for(one, at=at)
    _seat(one, "registration.took_seat", item_id, at)
    return name


def leave_activity(one: Filling, item_id: int, *, at: datetime) -> bool:
    """Let a seat go; False where there was none. Raises NotGoing, LinkIsOver, GuestChanged."""
    still_goes(one, at=at)
    left = leave_place(one.party.variant_id, one.member.traveler_id, item_id)
    lock_for(one, at=at)
    if left:
        _seat(one, "registration.left_seat", item_id, at)
    return left


def _seat(one: Filling, deed: str, item_id: int, at: datetime) -> None:
    audit.record(one.hand.actor_id, deed, one.about, at=at, item=item_id, by_link=one.hand.by_link)


def send(one: Filling, *, at: datetime) -> bool:
    """Tell those who plan the trip that it is complete; False when they knew.

    Raises NotGoing, GuestChanged, NotReady with what is missing.
    """
    still_goes(one, at=at)
    if missing := not_ready([row.section for row in one.member.sections], one.member.done):
        raise NotReady(missing)
    found = lock_for(one, at=at)
    if found.state is RegistrationState.SENT:
        return False
    move_registration(found, RegistrationState.SENT, one.hand, at=at)
    key = f"{one.member.traveler_id}:{found.version}"
    enqueue("registration.sent", key=key, traveler_id=one.member.traveler_id, seq=found.version)
    audit.record(one.hand.actor_id, "registration.sent", one.about, at=at, by_link=one.hand.by_link)
    return True
