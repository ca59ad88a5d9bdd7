"""Where an invitation to a trip may stand, the table of moves, and what one may have instead."""

from enum import StrEnum


class InvitationState(StrEnum):
    """`owed`: it is theirs, and no place is free yet. `alternate`: only if one comes back."""

    ALTERNATE = "alternate"
    OWED = "owed"
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    GIVEN_BACK = "given_back"

    @property
    def label(self) -> str:
        """The state in words."""
        return _LABELS[self]

    @property
    def tone(self) -> str:
        """How its pill looks."""
        return _TONES.get(self, "neutral")


_I = InvitationState
_LABELS = {
    _I.ALTERNATE: "Next in order",
    _I.OWED: "Waits for a free place",
    _I.INVITED: "Invited",
    _I.ACCEPTED: "Goes",
    _I.DECLINED: "Declined",
    _I.LAPSED: "Did not answer",
    _I.WITHDRAWN: "Withdrawn",
    _I.GIVEN_BACK: "Gave the place back",
}
_TONES = {_I.OWED: "warn", _I.INVITED: "info", _I.ACCEPTED: "ok", _I.LAPSED: "warn"}

MOVES: dict[InvitationState, frozenset[InvitationState]] = {
    _I.ALTERNATE: frozenset({_I.INVITED, _I.DECLINED, _I.WITHDRAWN}),
    _I.OWED: frozenset({_I.INVITED, _I.DECLINED, _I.WITHDRAWN}),
    _I.INVITED: frozenset({_I.ACCEPTED, _I.DECLINED, _I.LAPSED, _I.WITHDRAWN}),
    _I.ACCEPTED: frozenset({_I.GIVEN_BACK, _I.WITHDRAWN}),
    _I.DECLINED: frozenset(),
    _I.LAPSED: frozenset(),
    _I.WITHDRAWN: frozenset(),
    _I.GIVEN_BACK: frozenset(),
}

BEFORE = frozenset({_I.ALTERNATE, _I.OWED})
"""No place is kept yet."""

LIVE = BEFORE | {_I.INVITED, _I.ACCEPTED}
"""It can still come to something."""

KEEPS_PLACES = frozenset({_I.INVITED, _I.ACCEPTED})


def may_move(current: InvitationState, to: InvitationState) -> bool:
    """Whether the table allows the move."""
    return to in MOVES[current]


class Trade(StrEnum):
    """What somebody takes who declines."""

    NOTHING = "nothing"
    POINTS = "points"
    PACKAGE = "package"
    LATER = "later"
