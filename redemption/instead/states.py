"""What may become of a line that can't be delivered for now, and the one table of moves."""

from enum import StrEnum


class ShortageState(StrEnum):
    OPEN = "open"  # its person is asked what should happen
    WAITS = "waits"  # they keep waiting, points set aside as before
    TAKEN = "taken"  # they took something else
    GIVEN_BACK = "given_back"  # they wanted the points back
    LAPSED = "lapsed"  # no answer came: the points went back
    SETTLED = "settled"  # it was there after all, or the request ended another way

    @property
    def label(self) -> str:
        """The state in words."""
        return _LABELS[self]


_LABELS = {
    ShortageState.OPEN: "To be chosen",
    ShortageState.WAITS: "Waits for it",
    ShortageState.TAKEN: "Took something else",
    ShortageState.GIVEN_BACK: "Points back",
    ShortageState.LAPSED: "No answer",
    ShortageState.SETTLED: "Settled",
}

_S = ShortageState

MOVES: dict[ShortageState, frozenset[ShortageState]] = {
    _S.OPEN: frozenset({_S.WAITS, _S.TAKEN, _S.GIVEN_BACK, _S.LAPSED, _S.SETTLED}),
    _S.WAITS: frozenset({_S.OPEN, _S.TAKEN, _S.GIVEN_BACK, _S.SETTLED}),
    _S.TAKEN: frozenset(),
    _S.GIVEN_BACK: frozenset(),
    _S.LAPSED: frozenset(),
    _S.SETTLED: frozenset({_S.OPEN}),
}

LIVE = frozenset({_S.OPEN, _S.WAITS})


def may_move(current: ShortageState, to: ShortageState) -> bool:
    """Whether the table allows the move."""
    return to in MOVES[current]
