"""Where the dates that somebody asked for may be, and the moves between those places."""

from enum import StrEnum


class JourneyState(StrEnum):
    """`wished`: approvers, then the travel desk act. The two that are asked: its person acts.

    `replaced`: the person chose other dates, in a request of their own.
    """

    WISHED = "wished"
    DATES_ASKED = "dates_asked"
    PRICE_ASKED = "price_asked"
    BOOKED = "booked"
    REPLACED = "replaced"

    @property
    def label(self) -> str:
        """The state in words."""
        return _LABELS[self]


_S = JourneyState
_LABELS = {
    _S.WISHED: "Dates asked for",
    _S.DATES_ASKED: "Other dates wanted",
    _S.PRICE_ASKED: "Asked about today’s price",
    _S.BOOKED: "Booked",
    _S.REPLACED: "Other dates chosen",
}
MOVES: dict[JourneyState, frozenset[JourneyState]] = {
    _S.WISHED: frozenset({_S.WISHED, _S.DATES_ASKED, _S.PRICE_ASKED, _S.BOOKED}),
    _S.DATES_ASKED: frozenset({_S.DATES_ASKED, _S.WISHED, _S.PRICE_ASKED, _S.BOOKED, _S.REPLACED}),
    _S.PRICE_ASKED: frozenset({_S.WISHED, _S.REPLACED}),
    _S.BOOKED: frozenset({_S.BOOKED}),
    _S.REPLACED: frozenset(),
}
PERSON_ACTS = frozenset({_S.DATES_ASKED, _S.PRICE_ASKED})


def may_move(current: JourneyState, to: JourneyState) -> bool:
    """Whether the table allows the move."""
    return to in MOVES[current]
