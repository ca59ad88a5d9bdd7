"""Who sleeps where, decided from values alone: a proposal for everyone, and what is wrong with it.

People of one booking belong together, and so do two who wish each other. Nobody else is put
together unasked.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Sleeper:
    """Somebody who needs a bed: `party` is the booking, `wishes` whom they want to share with.

    `kind_id` is the kind of room they asked for.
    """

    id: int
    party: int
    called: str
    is_guest: bool
    room_id: int | None = None
    kind_id: int | None = None
    wishes: int | None = None


@dataclass(frozen=True, slots=True)
class Bedroom:
    """A room as the proposal sees it."""

    id: int
    kind_id: int
    sleeps: int
    taken: int


@dataclass(frozen=True, slots=True)
class RoomKind:
    """Rooms of one kind; `made` of `rooms` have a row already."""

    id: int
    name: str
    sleeps: int
    rooms: int
    made: int

    @property
    def left(self) -> int:
        """How many more rooms of it there can be."""
        return max(0, self.rooms - self.made)


@dataclass(frozen=True, slots=True)
class Placement:
    """People who go into one room: one there is, or a new one of a kind."""

    people: tuple[int, ...]
    room_id: int | None
    kind_id: int | None


class Trouble(StrEnum):
    """What may be wrong with where somebody sleeps."""

    NO_BED = "no_bed"
    WITHOUT_HOST = "without_host"
    SPLIT = "split"
    ONE_SIDED = "one_sided"
    WRONG_KIND = "wrong_kind"
    STRANGERS = "strangers"

    @property
    def label(self) -> str:
        """The trouble in words."""
        return {
            "no_bed": "No bed yet",
            "without_host": "A guest apart from who brings them",
            "split": "A party in several rooms",
            "one_sided": "A wish that is not returned",
            "wrong_kind": "Not the kind of room they asked for",
            "strangers": "Shares with somebody they did not name",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing to look at, about one traveler."""

    trouble: Trouble
    traveler_id: int
    words: str


def groups(sleepers: Sequence[Sleeper]) -> list[list[Sleeper]]:
    """Who belongs in one room: parties, joined where two people wish each other."""
    by_id = {one.id: one for one in sleepers}
    party = {one.id: one.party for one in sleepers}
    for one in sleepers:
        other = by_id.get(one.wishes or 0)
        if other is not None and other.wishes == one.id:
            old, new = sorted((party[one.id], party[other.id]), reverse=True)
            party = {who: new if of == old else of for who, of in party.items()}
    found: dict[int, list[Sleeper]] = defaultdict(list)
    for one in sleepers:
        found[party[one.id]].append(one)
    return sorted(found.values(), key=lambda group: (-len(group), group[0].id))


@dataclass(slots=True)
class _House:
    """What is free while a proposal is made."""

    rooms: dict[int, Bedroom]
    free: dict[int, int]
    kinds: Sequence[RoomKind]
    left: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.left = {kind.id: kind.left for kind in self.kinds}

    def joins(self, group: Sequence[Sleeper], people: int) -> int | None:
        """A room where some of them sleep already that takes the others too."""
        for room_id in {one.room_id for one in group if one.room_id}:
            if self.free.get(room_id, 0) >= people:
                return room_id
        return None

    def room_for(self, people: int, wished: Iterable[int | None]) -> tuple[int | None, int | None]:
        """An empty room, or a kind with one left: what was wished first, then the smallest."""
        asked = [kind_id for kind_id in wished if kind_id]
        fitting = sorted(
            (kind for kind in self.kinds if kind.sleeps >= people),
            key=lambda kind: (kind.id not in asked, kind.sleeps, kind.id),
        )
        for kind in fitting:
            empty = next((one.id for one in self._empty(kind.id)), None)
            if empty is not None:
                return empty, None
            if self.left[kind.id]:
                self.left[kind.id] -= 1
                return None, kind.id
        return None, None

    def _empty(self, kind_id: int) -> Iterator[Bedroom]:
        return (
            room
            for room in self.rooms.values()
            if room.kind_id == kind_id and self.free[room.id] == room.sleeps
        )

    @property
    def largest(self) -> int:
        """How many the largest room that is left sleeps."""
        kinds = [one.sleeps for one in self.kinds if self.left[one.id]]
        rooms = [one.sleeps for one in self.rooms.values() if self.free[one.id] == one.sleeps]
        return max([*kinds, *rooms], default=0)


def propose(
    sleepers: Sequence[Sleeper], rooms: Sequence[Bedroom], kinds: Sequence[RoomKind]
) -> list[Placement]:
    """A room for everyone who has none: groups together, the largest first, in the least room.

    Who has a bed keeps it. Whoever fits nowhere is left out.
    """
    house = _House({one.id: one for one in rooms}, {r.id: r.sleeps - r.taken for r in rooms}, kinds)
    found: list[Placement] = []
    for group in groups(sleepers):
        waiting = [one for one in group if one.room_id is None]
        while waiting:
            placed = _place(house, group, waiting)
            if placed is None:
                break
            found.append(placed)
            waiting = waiting[len(placed.people) :]
    return found


def _place(house: _House, group: Sequence[Sleeper], waiting: Sequence[Sleeper]) -> Placement | None:
    beside = house.joins(group, len(waiting))
    if beside is not None:
        people = tuple(one.id for one in waiting)
        house.free[beside] -= len(people)
        return Placement(people, beside, None)
    size = min(len(waiting), house.largest)
    if not size:
        return None
    going = waiting[:size]
    room_id, kind_id = house.room_for(size, (one.kind_id for one in going))
    if room_id is not None:
        house.free[room_id] -= size
    return Placement(tuple(one.id for one in going), room_id, kind_id)


def conflicts(sleepers: Sequence[Sleeper], kind_of_room: dict[int, int]) -> list[Conflict]:
    """What to look at, the worst first; `kind_of_room` says which kind each room is of."""
    by_id = {one.id: one for one in sleepers}
    party: dict[int, list[Sleeper]] = defaultdict(list)
    room: dict[int, list[Sleeper]] = defaultdict(list)
    for one in sleepers:
        party[one.party].append(one)
        if one.room_id:
            room[one.room_id].append(one)
    found = [
        conflict
        for one in sleepers
        for conflict in (
            *_of_bed(one, party[one.party]),
            *_of_wish(one, by_id),
            *_of_room(one, room.get(one.room_id or 0, []), kind_of_room, by_id),
        )
    ]
    order = list(Trouble)
    return sorted(found, key=lambda one: order.index(one.trouble))


def _of_bed(one: Sleeper, party: Sequence[Sleeper]) -> Iterator[Conflict]:
    host = party[0]
    if one.room_id is None:
        yield Conflict(Trouble.NO_BED, one.id, f"{one.called} has no bed yet.")
    elif one.is_guest and host.room_id and host.room_id != one.room_id:
        words = f"{one.called} sleeps in another room than {host.called}."
        yield Conflict(Trouble.WITHOUT_HOST, one.id, words)


def _of_wish(one: Sleeper, by_id: dict[int, Sleeper]) -> Iterator[Conflict]:
    other = by_id.get(one.wishes or 0)
    if other is None:
        return
    if other.wishes != one.id:
        words = f"{one.called} wants to share with {other.called}, who did not say the same."
        yield Conflict(Trouble.ONE_SIDED, one.id, words)
    elif one.room_id and other.room_id and one.room_id != other.room_id and one.id < other.id:
        words = f"{one.called} and {other.called} want to share, and sleep in two rooms."
        yield Conflict(Trouble.SPLIT, one.id, words)


def _of_room(
    one: Sleeper, there: Sequence[Sleeper], kind_of_room: dict[int, int], by_id: dict[int, Sleeper]
) -> Iterator[Conflict]:
    if one.room_id and one.kind_id and kind_of_room.get(one.room_id) != one.kind_id:
        words = f"{one.called} asked for another kind of room."
        yield Conflict(Trouble.WRONG_KIND, one.id, words)
    for other in there:
        named = {one.wishes, other.wishes} & {one.id, other.id}
        if one.id < other.id and one.party != other.party and not named:
            words = f"{one.called} and {by_id[other.id].called} share, and neither named the other."
            yield Conflict(Trouble.STRANGERS, one.id, words)
