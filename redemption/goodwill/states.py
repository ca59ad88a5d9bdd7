"""Where a goodwill may be, and the one table of moves between those places."""

from enum import StrEnum


class GoodwillState(StrEnum):
    """Whether points are proposed, were given back, or came to nothing."""

    PROPOSED = "proposed"
    GIVEN = "given"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state in words."""
        return {"proposed": "Waits for a second person"}.get(self.value, self.value.capitalize())


_S = GoodwillState
TONES = {_S.PROPOSED: "info", _S.GIVEN: "ok", _S.DECLINED: "danger", _S.WITHDRAWN: "neutral"}
MOVES: dict[GoodwillState, frozenset[GoodwillState]] = {
    _S.PROPOSED: frozenset({_S.GIVEN, _S.DECLINED, _S.WITHDRAWN}),
    _S.GIVEN: frozenset(),
    _S.DECLINED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}
