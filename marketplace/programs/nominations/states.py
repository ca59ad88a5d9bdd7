"""Where a round of nominations is, and how its winner is found."""

from enum import StrEnum

from marketplace.kernel.errors import IllegalMove


class RoundState(StrEnum):
    """Where a round is between its planning and its published result."""

    DRAFT = "draft"
    OPEN = "open"
    JUDGING = "judging"
    DECIDED = "decided"
    CONFIRMED = "confirmed"
    CALLED_OFF = "called_off"

    @property
    def label(self) -> str:
        """The state in words."""
        return _LABELS[self]

    @property
    def tone(self) -> str:
        """The color of its pill."""
        return _TONES[self]


_S = RoundState
_LABELS = {
    _S.DRAFT: "Planned",
    _S.OPEN: "Nominations open",
    _S.JUDGING: "Being judged",
    _S.DECIDED: "Waits for a second person",
    _S.CONFIRMED: "Published",
    _S.CALLED_OFF: "Called off",
}
_TONES = {
    _S.DRAFT: "neutral",
    _S.OPEN: "ok",
    _S.JUDGING: "info",
    _S.DECIDED: "warn",
    _S.CONFIRMED: "ok",
    _S.CALLED_OFF: "neutral",
}
MOVES: dict[RoundState, frozenset[RoundState]] = {
    _S.DRAFT: frozenset({_S.OPEN, _S.CALLED_OFF}),
    _S.OPEN: frozenset({_S.JUDGING, _S.CALLED_OFF}),
    _S.JUDGING: frozenset({_S.OPEN, _S.DECIDED, _S.CALLED_OFF}),
    _S.DECIDED: frozenset({_S.JUDGING, _S.CONFIRMED}),
    _S.CONFIRMED: frozenset(),
    _S.CALLED_OFF: frozenset(),
}
# What a manager moves by hand; the others come with a proposal and its answer.
BY_HAND = frozenset({_S.OPEN, _S.JUDGING, _S.CALLED_OFF})
UNDER_WAY = frozenset({_S.OPEN, _S.JUDGING, _S.DECIDED})


def moves_by_hand(current: RoundState) -> frozenset[RoundState]:
    """Where a manager may take a round; a proposal ends by its answer, which has a reason."""
    return frozenset() if current is RoundState.DECIDED else MOVES[current] & BY_HAND


def refuse_unless_legal(current: RoundState, wanted: RoundState) -> None:
    """Raise IllegalMove when a round cannot go from `current` to `wanted`."""
    if wanted not in MOVES[current]:
        raise IllegalMove(current, wanted)


class Choosing(StrEnum):
    """How the ranking comes about."""

    JURY = "jury"
    VOTE = "vote"


class Ties(StrEnum):
    """What happens when nominees have the same figure."""

    NOMINATIONS = "nominations"
    REASON = "reason"


class CapUnit(StrEnum):
    """How far back the cap on repeat winners looks."""

    ROUNDS = "rounds"
    MONTHS = "months"


class NominationState(StrEnum):
    """A nomination counts until its nominator takes it back."""

    SENT = "sent"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state in words."""
        return self.value.capitalize()


class Answer(StrEnum):
    """What became of a proposed winner."""

    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Honor(StrEnum):
    """As what somebody came out of a round."""

    WINNER = "winner"
    SHORTLISTED = "shortlisted"
