"""Putting travelers into rooms, and taking that back.

Lock rank: the departure where a room is made, travelers by id, then rooms by id.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.operations.deeds import locked_variant
from catalog.trips.models import RoomType
from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import insert_row, rows_changed, session
from marketplace.kernel.errors import BadInput, NotFound
from redemption.bookings.models import Booking, Traveler
from redemption.travel.desk.queries import GO, traveler_on
from redemption.travel.desk.rooming.errors import CannotUndo, MovedMeanwhile, NoRoomsLeft, RoomFull
from redemption.travel.desk.rooming.models import RoomingDeed, TripBed, TripRoom
from redemption.travel.desk.rooming.policies import Placement, propose
from redemption.travel.desk.rooming.queries import rooming_of


@dataclass(frozen=True, slots=True)
class Target:
    """Where somebody goes: a room, a new room of a kind, or, with neither, out of their room."""

    room_id: int | None = None
    kind_id: int | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """One traveler, from room to room; none: no bed."""

    traveler_id: int
    was: int | None
    now: int | None


def move_traveler(
    actor: Actor,
    variant_id: int,
    traveler_id: int,
    target: Target,
    *,
    seen: int | None,
    at: datetime,
) -> str:
    """Put one traveler into a room; what was done, in words. `seen` is the room they had before.

    Raises NotFound, RoomFull, NoRoomsLeft, MovedMeanwhile.
    """
    room = _target_room(variant_id, target)
    _lock_travelers([traveler_id])
    who = traveler_on(variant_id, traveler_id)
    was = _room_of(traveler_id)
    if was != seen:
        raise MovedMeanwhile(who.called)
    if was == (room.id if room else None):
        return f"{who.called} stays where they are."
    words = f"{who.called} to {room.label}" if room else f"{who.called} out of their room"
    _carry_out([Moved(traveler_id, was, room.id if room else None)])
    _note(actor, variant_id, [Moved(traveler_id, was, room.id if room else None)], words, at=at)
    return words


def place_everyone(actor: Actor, variant_id: int, *, at: datetime) -> int:
    """A bed for everyone who has none, parties together; how many have one now.

    Raises BadInput where the plan has no rooms or everyone has a bed.
    """
    locked_variant(variant_id)
    rooming = rooming_of(variant_id)
    if not rooming.kinds:
        raise BadInput("The plan has no rooms yet. Put the kinds of rooms into it first.")
    placements = propose(rooming.sleepers, rooming.bedrooms, rooming.kinds)
    moves = _as_moves(variant_id, placements)
    if not moves:
        raise BadInput(
            "Nobody could be placed: everyone has a bed, or no room is left that fits. "
            "Nobody was moved."
        )
    _lock_travelers([one.traveler_id for one in moves])
    _carry_out(moves)
    many = f"{len(moves):,} people" if len(moves) > 1 else "One person"
    _note(actor, variant_id, moves, f"{many} placed as proposed", at=at)
    return len(moves)


def _as_moves(variant_id: int, placements: Sequence[Placement]) -> list[Moved]:
    """What the placements mean; new rooms are made, those of a kind in one go."""
    wanted = Counter(one.kind_id for one in placements if one.kind_id is not None)
    new = {kind_id: _make_rooms(variant_id, kind_id, wanted[kind_id]) for kind_id in sorted(wanted)}
    return [
        Moved(traveler_id, None, room_id)
        for one in placements
        for room_id in [one.room_id or new[one.kind_id or 0].pop(0).id]
        for traveler_id in one.people
    ]


def undo_change(actor: Actor, variant_id: int, deed_id: int, *, at: datetime) -> None:
    """Take a change back. Raises NotFound, CannotUndo."""
    deed = session().get(RoomingDeed, deed_id)
    if deed is None or deed.variant_id != variant_id:
        raise NotFound("There is no such change of rooms.")
    locked_variant(variant_id)
    done = [Moved(*one) for one in deed.moves["moves"]]
    _lock_travelers([one.traveler_id for one in done])
    if deed.undoes_id or _is_taken_back(deed_id) or not _still_so(done):
        raise CannotUndo
    back = [Moved(one.traveler_id, one.now, one.was) for one in done]
    _carry_out(back)
    _note(actor, variant_id, back, f"Taken back: {deed.words}", undoes_id=deed_id, at=at)


def name_room(
    actor: Actor, variant_id: int, room_id: int, label: str, note: str, *, at: datetime
) -> None:
    """Call a room by its number there, and say what the hotel should know. Raises NotFound."""
    room = session().get(TripRoom, room_id, with_for_update=True, populate_existing=True)
    if room is None or room.variant_id != variant_id:
        raise NotFound("There is no such room on this departure.")
    room.label, room.note = label, note
    session().flush()
    about = f"variant:{variant_id}"
    audit.record(actor.employee_id, "rooming.name", about, at=at, room=room_id, label=label)


def remove_room(actor: Actor, variant_id: int, room_id: int, *, at: datetime) -> None:
    """A room that nobody sleeps in is not needed. Raises NotFound, BadInput."""
    room = session().get(TripRoom, room_id, with_for_update=True, populate_existing=True)
    if room is None or room.variant_id != variant_id:
        raise NotFound("There is no such room on this departure.")
    if room.taken:
        raise BadInput(f"Somebody sleeps in {room.label}. Move them out first. It was kept.")
    label = room.label
    session().delete(room)
    session().flush()
    about = f"variant:{variant_id}"
    audit.record(actor.employee_id, "rooming.remove", about, at=at, label=label)


def leave_beds(variant_id: int, booking_id: int, words: str, *, at: datetime) -> None:
    """The beds of a booking that is given back are free."""
    held = session().execute(
        sa.select(TripBed.traveler_id, TripBed.room_id)
        .join(Traveler, Traveler.id == TripBed.traveler_id)
        .where(Traveler.booking_id == booking_id)
        .order_by(Traveler.id)
        .with_for_update()
    )
    moves = [Moved(row.traveler_id, row.room_id, None) for row in held]
    if moves:
        _carry_out(moves)
        _note(Actor.system(), variant_id, moves, words, at=at)


def _target_room(variant_id: int, target: Target) -> TripRoom | None:
    if target.kind_id is not None:
        return _make_rooms(variant_id, target.kind_id, 1)[0]
    if target.room_id is None:
        return None
    room = session().get(TripRoom, target.room_id)
    if room is None or room.variant_id != variant_id:
        raise NotFound("There is no such room on this departure.")
    return room


def _make_rooms(variant_id: int, kind_id: int, how_many: int) -> list[TripRoom]:
    """The next rooms of a kind, under the lock of the departure. Raises NoRoomsLeft."""
    locked_variant(variant_id)
    kind = session().get(RoomType, kind_id, populate_existing=True)
    if kind is None or kind.variant_id != variant_id:
        raise NotFound("There is no such kind of room on this departure.")
    numbers = sa.select(TripRoom.number).where(TripRoom.room_type_id == kind_id)
    taken = set(session().scalars(numbers))
    free = [number for number in range(1, kind.rooms + 1) if number not in taken][:how_many]
    if len(free) < how_many:
        raise NoRoomsLeft(kind.name, kind.rooms)
    made = [
        TripRoom(
            variant_id=variant_id,
            room_type_id=kind_id,
            number=number,
            sleeps=kind.sleeps,
            taken=0,
            label=f"{kind.name} {number}",
        )
        for number in free
    ]
    session().add_all(made)
    session().flush()
    return made


def _lock_travelers(traveler_ids: Sequence[int]) -> None:
    session().execute(
        sa.select(Traveler.id)
        .where(Traveler.id.in_(traveler_ids))
        .order_by(Traveler.id)
        .with_for_update()
    )


def _room_of(traveler_id: int) -> int | None:
    return session().scalar(sa.select(TripBed.room_id).where(TripBed.traveler_id == traveler_id))


def _still_so(done: Sequence[Moved]) -> bool:
    """Whether everyone is where a change left them, and still goes."""
    rows = session().execute(
        sa.select(Traveler.id, TripBed.room_id)
        .join(Booking, Booking.id == Traveler.booking_id)
        .outerjoin(TripBed, TripBed.traveler_id == Traveler.id)
        .where(Traveler.id.in_([one.traveler_id for one in done]), Booking.state.in_(GO))
    )
    return {row.id: row.room_id for row in rows} == {one.traveler_id: one.now for one in done}


def _is_taken_back(deed_id: int) -> bool:
    later = sa.exists().where(RoomingDeed.undoes_id == deed_id)
    return session().scalar(sa.select(later)) is True


def _carry_out(moves: Sequence[Moved]) -> None:
    """Free the beds that are left, then take the new ones; each room is asked once."""
    left = [one.traveler_id for one in moves if one.was is not None]
    if left:
        session().execute(sa.delete(TripBed).where(TripBed.traveler_id.in_(left)))
    change: dict[int, int] = {}
    for one in moves:
        for room_id, by in ((one.was, -1), (one.now, 1)):
            if room_id is not None:
                change[room_id] = change.get(room_id, 0) + by
    for room_id, by in sorted(change.items()):
        _count(room_id, by)
    entered = [
        {"traveler_id": one.traveler_id, "room_id": one.now} for one in moves if one.now is not None
    ]
    if entered:
        session().execute(sa.insert(TripBed), entered)


def _count(room_id: int, by: int) -> None:
    """So many more in a room, never more than it sleeps. Raises RoomFull."""
    found = session().execute(
        sa.update(TripRoom)
        .where(TripRoom.id == room_id, TripRoom.taken + by <= TripRoom.sleeps)
        .values(taken=TripRoom.taken + by)
        .execution_options(synchronize_session=False)
    )
    if not rows_changed(found):
        room = session().get_one(TripRoom, room_id)
        raise RoomFull(room.label, room.sleeps)


def _note(
    actor: Actor,
    variant_id: int,
    moves: Sequence[Moved],
    words: str,
    *,
    undoes_id: int | None = None,
    at: datetime,
) -> int:
    return insert_row(
        RoomingDeed,
        variant_id=variant_id,
        actor_id=actor.employee_id,
        words=words,
        moves={"moves": [[one.traveler_id, one.was, one.now] for one in moves]},
        undoes_id=undoes_id,
        at=at,
    )
