"""Where an entitlement may be, and the one table of moves between those places."""

from enum import StrEnum

from marketplace.kernel.errors import IllegalMove


class EntitlementState(StrEnum):
    """`passed_on`: given up, and somebody else has the place now. `lapsed`: nobody answered."""

    ALTERNATE = "alternate"
    GRANTED = "granted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    PASSED_ON = "passed_on"
    USED = "used"

    @property
    def label(self) -> str:
        """The state in words."""
        return _LABELS[self]

    @property
    def tone(self) -> str:
        """How its pill looks."""
        return _TONES.get(self, "neutral")


_S = EntitlementState
_LABELS = {
    _S.ALTERNATE: "In line",
    _S.GRANTED: "Won",
    _S.DECLINED: "Declined",
    _S.LAPSED: "Not answered",
    _S.WITHDRAWN: "Withdrawn",
    _S.PASSED_ON: "Passed on",
    _S.USED: "Used",
}
_TONES = {_S.ALTERNATE: "info", _S.GRANTED: "ok", _S.USED: "ok", _S.WITHDRAWN: "warn"}

MOVES: dict[EntitlementState, frozenset[EntitlementState]] = {
    _S.ALTERNATE: frozenset({_S.GRANTED, _S.DECLINED, _S.WITHDRAWN}),
    _S.GRANTED: frozenset({_S.DECLINED, _S.LAPSED, _S.WITHDRAWN, _S.USED}),
    _S.DECLINED: frozenset({_S.PASSED_ON}),
    _S.LAPSED: frozenset({_S.PASSED_ON}),
    _S.WITHDRAWN: frozenset({_S.PASSED_ON}),
    _S.PASSED_ON: frozenset(),
    _S.USED: frozenset({_S.DECLINED, _S.WITHDRAWN}),
}


def refuse_unless_legal(current: EntitlementState, wanted: EntitlementState) -> None:
    """Raise IllegalMove when an entitlement cannot go from `current` to `wanted`."""
    if wanted not in MOVES[current]:
        raise IllegalMove(current, wanted)
