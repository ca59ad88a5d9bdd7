"""Where a message to travelers may stand, the table of moves, and whom it is for."""

from enum import StrEnum


class MessageState(StrEnum):
    """`planned`: it goes at its time. `sending`: each of its readers gets a letter now."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The state in words."""
        return {"sending": "Being sent"}.get(self.value, self.value.capitalize())

    @property
    def tone(self) -> str:
        """How its pill looks."""
        return {"planned": "info", "sending": "warn", "sent": "ok"}.get(self.value, "neutral")


_M = MessageState
MOVES: dict[MessageState, frozenset[MessageState]] = {
    _M.PLANNED: frozenset({_M.SENDING, _M.CANCELLED}),
    _M.SENDING: frozenset({_M.SENT}),
    _M.SENT: frozenset(),
    _M.CANCELLED: frozenset(),
}


def may_move(current: MessageState, to: MessageState) -> bool:
    """Whether the table allows the move."""
    return to in MOVES[current]
