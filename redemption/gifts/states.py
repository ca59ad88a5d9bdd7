"""Where a gift to a colleague may be: its own machine beside the one of its line."""

from enum import StrEnum


class GiftState(StrEnum):
    OPEN = "open"  # the colleague has not answered; asked only once the request needs no more yes
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"

    @property
    def label(self) -> str:
        """The state in words."""
        return _LABELS[self]


_LABELS = {
    GiftState.OPEN: "Not accepted yet",
    GiftState.ACCEPTED: "Accepted",
    GiftState.DECLINED: "Not accepted",
    GiftState.LAPSED: "Not answered in time",
}
_G = GiftState
MOVES: dict[GiftState, frozenset[GiftState]] = {
    _G.OPEN: frozenset({_G.ACCEPTED, _G.DECLINED, _G.LAPSED}),
    _G.ACCEPTED: frozenset(),
    _G.DECLINED: frozenset(),
    _G.LAPSED: frozenset(),
}
"""Open is the only state with a way on: an answer is given once."""
