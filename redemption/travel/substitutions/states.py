"""Where a substitution may stand, and the one table of moves."""

from enum import StrEnum


class SubstitutionState(StrEnum):
    """`asked`: those who plan the trip have to agree. `offered`: the colleague has to answer."""

    ASKED = "asked"
    OFFERED = "offered"
    TAKEN = "taken"
    REFUSED = "refused"
    DECLINED = "declined"
    LAPSED = "lapsed"
    TAKEN_BACK = "taken_back"

    @property
    def label(self) -> str:
        """The state in words."""
        return {
            "asked": "Waits for those who plan the trip",
            "offered": "Waits for your colleague",
            "taken": "Your colleague goes",
            "refused": "Not agreed",
            "declined": "Your colleague can’t come",
            "lapsed": "No answer in time",
            "taken_back": "Taken back",
        }[self.value]

    @property
    def for_planners(self) -> str:
        """The state as those who plan the trip read it."""
        return {
            "asked": "Waits for your yes",
            "offered": "Waits for the colleague",
            "taken": "The colleague goes",
            "declined": "The colleague can’t come",
        }.get(self.value, self.label)

    @property
    def tone(self) -> str:
        """How its pill looks."""
        return {"asked": "warn", "offered": "info", "taken": "ok"}.get(self.value, "neutral")


_S = SubstitutionState

MOVES: dict[SubstitutionState, frozenset[SubstitutionState]] = {
    _S.ASKED: frozenset({_S.OFFERED, _S.REFUSED, _S.LAPSED, _S.TAKEN_BACK}),
    _S.OFFERED: frozenset({_S.TAKEN, _S.DECLINED, _S.LAPSED, _S.TAKEN_BACK}),
    _S.TAKEN: frozenset(),
    _S.REFUSED: frozenset(),
    _S.DECLINED: frozenset(),
    _S.LAPSED: frozenset(),
    _S.TAKEN_BACK: frozenset(),
}

LIVE = frozenset({_S.ASKED, _S.OFFERED})
"""It can still come to something; who named the colleague keeps the place meanwhile."""


def may_move(current: SubstitutionState, to: SubstitutionState) -> bool:
    """Whether the table allows the move."""
    return to in MOVES[current]
