"""Where a return may be, and the one table of moves between those places."""

from enum import StrEnum


class ReturnState(StrEnum):
    """How far a return is: asked for, agreed to, received, or come to nothing."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    RECEIVED = "received"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"

    @property
    def label(self) -> str:
        """The state in words."""
        return _LABELS[self]


_S = ReturnState
_LABELS = {
    _S.ASKED: "Waiting for the desk",
    _S.ACCEPTED: "To be sent back",
    _S.RECEIVED: "Received",
    _S.DECLINED: "Declined",
    _S.WITHDRAWN: "Withdrawn",
    _S.LAPSED: "Never arrived",
}
TONES = {
    _S.ASKED: "info",
    _S.ACCEPTED: "info",
    _S.RECEIVED: "ok",
    _S.DECLINED: "danger",
    _S.WITHDRAWN: "neutral",
    _S.LAPSED: "warn",
}
OPEN = frozenset({_S.ASKED, _S.ACCEPTED})
OPENING = OPEN
MOVES: dict[ReturnState, frozenset[ReturnState]] = {
    _S.ASKED: frozenset({_S.ACCEPTED, _S.DECLINED, _S.WITHDRAWN}),
    _S.ACCEPTED: frozenset({_S.RECEIVED, _S.DECLINED, _S.WITHDRAWN, _S.LAPSED}),
    _S.RECEIVED: frozenset(),
    _S.DECLINED: frozenset(),
    _S.WITHDRAWN: frozenset(),
    _S.LAPSED: frozenset(),
}
