"""The rooms of a departure with who sleeps there, who has no bed, and what is wrong."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.trips.models import RoomType
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from redemption.bookings.models import Booking, Traveler
from redemption.travel.desk.queries import GO, ON_TRIP, OnTrip
from redemption.travel.desk.rooming.models import RoomingDeed, TripBed, TripRoom
from redemption.travel.desk.rooming.policies import (
    Bedroom,
    Conflict,
    RoomKind,
    Sleeper,
    conflicts,
)
from redemption.travel.registration.models import RoomWish


@dataclass(frozen=True, slots=True)
class RoomRow:
    """One room with its people, who holds the booking first."""

    id: int
    kind: RoomKind
    number: int
    label: str
    note: str
    sleeps: int
    people: tuple[OnTrip, ...]

    @property
    def free(self) -> int:
        """Beds that nobody has."""
        return self.sleeps - len(self.people)


@dataclass(frozen=True, slots=True)
class LastChange:
    """The newest change of who sleeps where; `can_undo`: it was not taken back."""

    id: int
    words: str
    who: str
    at: datetime
    can_undo: bool


@dataclass(frozen=True)
class Rooming:
    """Who sleeps where on a departure."""

    kinds: Sequence[RoomKind]
    rooms: Sequence[RoomRow]
    waiting: Sequence[OnTrip]
    sleepers: Sequence[Sleeper]
    last: LastChange | None

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """What to look at, the worst first."""
        return conflicts(self.sleepers, {room.id: room.kind.id for room in self.rooms})

    @property
    def people(self) -> int:
        """How many need a bed."""
        return len(self.sleepers)

    @property
    def placed(self) -> int:
        """How many have one."""
        return self.people - len(self.waiting)

    @cached_property
    def label_of(self) -> dict[int, str]:
        """What the room is called that each traveler sleeps in."""
        return {who.id: room.label for room in self.rooms for who in room.people}

    @cached_property
    def room_of(self) -> dict[int, int]:
        """The room each traveler sleeps in."""
        return {who.id: room.id for room in self.rooms for who in room.people}

    @property
    def bedrooms(self) -> list[Bedroom]:
        """The rooms as the proposal sees them."""
        return [
            Bedroom(room.id, room.kind.id, room.sleeps, len(room.people)) for room in self.rooms
        ]

    @property
    def free_rooms(self) -> list[RoomRow]:
        """Rooms with a bed that nobody has."""
        return [room for room in self.rooms if room.free > 0]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants: a kind of room, and whom to share it with."""

    kind_id: int | None
    traveler_id: int | None


def wishes_on(variant_id: int) -> dict[int, Wish]:
    """What travelers of a departure asked for, by traveler; a party asks with who brings it."""
    rows = session().execute(
        sa.select(RoomWish.traveler_id, RoomWish.room_type_id, RoomWish.with_id)
        .join(Traveler, Traveler.id == RoomWish.traveler_id)
        .join(Booking, Booking.id == Traveler.booking_id)
        .where(Booking.variant_id == variant_id)
    )
    return {row.traveler_id: Wish(row.room_type_id, row.with_id) for row in rows}


def rooming_of(variant_id: int) -> Rooming:
    """Rooms, people and what is wrong, of one departure."""
    beds = session().execute(
        ON_TRIP.add_columns(TripBed.room_id)
        .outerjoin(TripBed, TripBed.traveler_id == Traveler.id)
        .where(Booking.variant_id == variant_id, Booking.state.in_(GO))
        .order_by(Employee.name, Booking.id, Traveler.position)
    )
    people = [(OnTrip(*row[:-1]), row.room_id) for row in beds]
    wishes = wishes_on(variant_id)
    by_room: dict[int | None, list[OnTrip]] = defaultdict(list)
    for who, room_id in people:
        by_room[room_id].append(who)
    kinds, rooms = _rooms(variant_id, by_room)
    return Rooming(
        kinds,
        rooms,
        by_room[None],
        [_sleeper(who, room_id, wishes.get(who.id)) for who, room_id in people],
        _last_change(variant_id),
    )


def _sleeper(who: OnTrip, room_id: int | None, wish: Wish | None) -> Sleeper:
    return Sleeper(
        who.id,
        who.booking_id,
        who.called,
        who.is_guest,
        room_id,
        wish.kind_id if wish else None,
        wish.traveler_id if wish else None,
    )


def _rooms(
    variant_id: int, by_room: dict[int | None, list[OnTrip]]
) -> tuple[list[RoomKind], list[RoomRow]]:
    found = session().execute(
        sa.select(RoomType, TripRoom)
        .outerjoin(TripRoom, TripRoom.room_type_id == RoomType.id)
        .where(RoomType.variant_id == variant_id)
        .order_by(RoomType.sleeps, RoomType.name, TripRoom.number)
    )
    rows = [(row.RoomType, row.TripRoom) for row in found]
    made: dict[int, int] = defaultdict(int)
    for kind, room in rows:
        made[kind.id] += room is not None
    kinds = {
        kind.id: RoomKind(kind.id, kind.name, kind.sleeps, kind.rooms, made[kind.id])
        for kind, _ in rows
    }
    rooms = [
        RoomRow(
            room.id,
            kinds[kind.id],
            room.number,
            room.label,
            room.note,
            room.sleeps,
            tuple(by_room[room.id]),
        )
        for kind, room in rows
        if room is not None
    ]
    return list(kinds.values()), rooms


def _last_change(variant_id: int) -> LastChange | None:
    later = aliased(RoomingDeed)
    taken_back = sa.exists().where(later.undoes_id == RoomingDeed.id)
    row = (
        session()
        .execute(
            sa.select(
                RoomingDeed.id,
                RoomingDeed.words,
                sa.func.coalesce(Employee.name, "Laurel"),
                RoomingDeed.at,
                sa.and_(RoomingDeed.undoes_id.is_(None), ~taken_back),
            )
            .outerjoin(Employee, Employee.id == RoomingDeed.actor_id)
            .where(RoomingDeed.variant_id == variant_id)
            .order_by(RoomingDeed.id.desc())
            .limit(1)
        )
        .one_or_none()
    )
    return LastChange(*row) if row else None


def room_on(rooming: Rooming, room_id: int) -> RoomRow:
    """One room. Raises NotFound."""
    for room in rooming.rooms:
        if room.id == room_id:
            return room
    raise NotFound("There is no such room on this departure. Its desk shows the rooms there are.")
