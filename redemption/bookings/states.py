"""Where a booking may stand, and the one table of moves."""

from enum import StrEnum


class BookingState(StrEnum):
    """Whether places on a departure are asked for, confirmed, given back, or were used."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    TRAVELED = "traveled"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The state in words."""
        return {"requested": "Being booked"}.get(self.value, self.value.capitalize())


_B = BookingState

MOVES: dict[BookingState, frozenset[BookingState]] = {
    _B.REQUESTED: frozenset({_B.CONFIRMED, _B.CANCELLED, _B.TRAVELED}),
    _B.CONFIRMED: frozenset({_B.CONFIRMED, _B.CANCELLED, _B.TRAVELED}),
    _B.TRAVELED: frozenset(),
    _B.CANCELLED: frozenset(),
}

IN_FORCE = frozenset({_B.REQUESTED, _B.CONFIRMED})
"""The places are taken and the journey is still ahead."""


def may_move(current: BookingState, to: BookingState) -> bool:
    """Whether the table allows the move."""
    return to in MOVES[current]
