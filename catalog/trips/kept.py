"""What of a plan is in use: rooms that people sleep in and seats that they have stay in it."""

from collections.abc import Callable

Counted = Callable[[int], int]
_rooms: list[Counted] = []
_seats: list[Counted] = []


def keeps_rooms(count: Counted) -> Counted:
    """Register who knows how many rooms of a kind, by its id, are in use."""
    _rooms.append(count)
    return count


def keeps_seats(count: Counted) -> Counted:
    """Register who knows how many have a place in something that happens, by its id."""
    _seats.append(count)
    return count


def rooms_in_use(room_type_id: int) -> int:
    """The fewest rooms of a kind that the plan must have."""
    return max((count(room_type_id) for count in _rooms), default=0)


def seats_in_use(item_id: int) -> int:
    """The fewest seats that something in the plan must have."""
    return max((count(item_id) for count in _seats), default=0)
