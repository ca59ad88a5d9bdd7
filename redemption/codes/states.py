"""Where a code of the stock and the file it came in may be, and the moves between those places."""

from enum import StrEnum


class CodeState(StrEnum):
    """How far one code is. `claimed`: it belongs to a unit that is being prepared."""

    FREE = "free"
    CLAIMED = "claimed"
    ISSUED = "issued"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    BAD = "bad"
    SPENT = "spent"

    @property
    def label(self) -> str:
        """The state in words."""
        return _LABELS[self]

    @property
    def tone(self) -> str:
        """The tone of its pill."""
        return _TONES.get(self, "neutral")


class BatchState(StrEnum):
    """How far a file of codes is. `checked`: read and compared, nothing of it in stock yet."""

    CHECKED = "checked"
    LOADED = "loaded"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"

    @property
    def label(self) -> str:
        """The state in words."""
        return _BATCH_LABELS[self]

    @property
    def tone(self) -> str:
        """The tone of its pill."""
        return {"checked": "info", "loaded": "ok"}.get(self.value, "neutral")


class Outcome(StrEnum):
    """What came of somebody's word that a code doesn't work."""

    REPLACED = "replaced"
    WORKS = "works"
    GIVEN_BACK = "given_back"

    @property
    def label(self) -> str:
        """The outcome in words."""
        return {
            Outcome.REPLACED: "Replaced",
            Outcome.WORKS: "The code works",
            Outcome.GIVEN_BACK: "Points given back",
        }[self]


_S, _B = CodeState, BatchState
_LABELS = {
    _S.FREE: "In stock",
    _S.CLAIMED: "Being handed out",
    _S.ISSUED: "Handed out",
    _S.EXPIRED: "Too old to hand out",
    _S.WITHDRAWN: "Withdrawn",
    _S.BAD: "Does not work",
    _S.SPENT: "Seen, then given back",
}
_TONES = {
    _S.FREE: "ok",
    _S.CLAIMED: "info",
    _S.ISSUED: "info",
    _S.EXPIRED: "warn",
    _S.BAD: "danger",
}
_BATCH_LABELS = {
    _B.CHECKED: "Checked",
    _B.LOADED: "Loaded",
    _B.WITHDRAWN: "Withdrawn",
    _B.DISCARDED: "Discarded",
}
MOVES: dict[CodeState, frozenset[CodeState]] = {
    _S.FREE: frozenset({_S.CLAIMED, _S.EXPIRED, _S.WITHDRAWN}),
    _S.CLAIMED: frozenset({_S.ISSUED, _S.FREE, _S.EXPIRED}),
    _S.ISSUED: frozenset({_S.FREE, _S.EXPIRED, _S.BAD, _S.SPENT}),
    _S.EXPIRED: frozenset(),
    _S.WITHDRAWN: frozenset({_S.FREE}),
    _S.BAD: frozenset(),
    _S.SPENT: frozenset(),
}
BATCH_MOVES: dict[BatchState, frozenset[BatchState]] = {
    _B.CHECKED: frozenset({_B.LOADED, _B.DISCARDED}),
    _B.LOADED: frozenset({_B.WITHDRAWN}),
    _B.WITHDRAWN: frozenset({_B.WITHDRAWN}),
    _B.DISCARDED: frozenset(),
}
HELD_BY_A_UNIT = frozenset({_S.CLAIMED, _S.ISSUED})
