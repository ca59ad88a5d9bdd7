"""Where somebody who waits in line may stand, and the one table of moves.

Who makes their party smaller stays where they are, with a move of their own.
"""

from enum import StrEnum


class WaitState(StrEnum):
    WAITING = "waiting"
    PAUSED = "paused"  # short of points: keeps the place, and others go ahead meanwhile
    OFFERED = "offered"  # their units are kept for them until a moment
    TAKEN = "taken"
    PASSED_ON = "passed_on"  # they did not want what was kept for them
    MISSED = "missed"  # they did not come for it in time
    LEFT = "left"
    ENDED = "ended"  # it can't be theirs any more; the note says why

    @property
    def label(self) -> str:
        """The state in words."""
        return _LABELS[self]


_LABELS = {
    WaitState.WAITING: "In line",
    WaitState.PAUSED: "Short of points",
    WaitState.OFFERED: "Your turn",
    WaitState.TAKEN: "Taken",
    WaitState.PASSED_ON: "Passed on",
    WaitState.MISSED: "Missed",
    WaitState.LEFT: "Left",
    WaitState.ENDED: "Ended",
}

_W = WaitState

MOVES: dict[WaitState, frozenset[WaitState]] = {
    _W.WAITING: frozenset({_W.WAITING, _W.PAUSED, _W.OFFERED, _W.TAKEN, _W.LEFT, _W.ENDED}),
    _W.PAUSED: frozenset({_W.PAUSED, _W.WAITING, _W.TAKEN, _W.LEFT, _W.ENDED}),
    _W.OFFERED: frozenset({_W.TAKEN, _W.PASSED_ON, _W.MISSED, _W.ENDED}),
    _W.TAKEN: frozenset(),
    _W.PASSED_ON: frozenset(),
    _W.MISSED: frozenset(),
    _W.LEFT: frozenset(),
    _W.ENDED: frozenset(),
}

LIVE = frozenset({_W.WAITING, _W.PAUSED, _W.OFFERED})
IN_LINE = frozenset({_W.WAITING, _W.PAUSED})


class Ended(StrEnum):
    """Why a wait ended that its person did not end."""

    NOT_ON_SALE = "not_on_sale"
    NOT_ELIGIBLE = "not_eligible"
    LIMIT_REACHED = "limit_reached"
    HAS_PLACE = "has_place"
    LEFT_COMPANY = "left_company"
    CALLED_OFF = "called_off"

    @property
    def words(self) -> str:
        """The reason, as the person reads it."""
        return _REASONS[self]


_REASONS = {
    Ended.NOT_ON_SALE: "It is no longer offered.",
    Ended.NOT_ELIGIBLE: "It is no longer open to you.",
    Ended.LIMIT_REACHED: "You have had as many of it as one person may have.",
    Ended.HAS_PLACE: "You have a place on this trip.",
    Ended.LEFT_COMPANY: "They no longer work here.",
    Ended.CALLED_OFF: "This departure was canceled.",
}


def may_move(current: WaitState, to: WaitState) -> bool:
    """Whether the table allows the move."""
    return to in MOVES[current]
