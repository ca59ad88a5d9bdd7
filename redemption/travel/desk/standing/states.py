"""Where the look at somebody's standing may be before they leave, and the table of moves."""

from enum import StrEnum


class StandingState(StrEnum):
    """`kept`: something is known against it, and a planner lets them go all the same."""

    OPEN = "open"
    FINE = "fine"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state in words."""
        return _LABELS[self]

    @property
    def tone(self) -> str:
        """How its pill looks."""
        return _TONES[self]


_S = StandingState
_LABELS = {
    _S.OPEN: "To look at",
    _S.FINE: "Confirmed",
    _S.KEPT: "Goes all the same",
    _S.WITHDRAWN: "Place withdrawn",
}
_TONES = {_S.OPEN: "info", _S.FINE: "ok", _S.KEPT: "ok", _S.WITHDRAWN: "neutral"}

MOVES: dict[StandingState, frozenset[StandingState]] = {
    _S.OPEN: frozenset({_S.FINE, _S.KEPT, _S.WITHDRAWN}),
    _S.FINE: frozenset({_S.OPEN, _S.KEPT, _S.WITHDRAWN}),
    _S.KEPT: frozenset({_S.OPEN, _S.WITHDRAWN}),
    _S.WITHDRAWN: frozenset(),
}


def may_move(current: StandingState, to: StandingState) -> bool:
    """Whether the table allows the move."""
    return to in MOVES[current]
