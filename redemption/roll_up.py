"""Where several lines of one request stand, in one honest sentence."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from redemption.states import GIVEN_BACK, LineState
from redemption.story import TONES
from redemption.words import who_decides

_WORDS = {
    LineState.FULFILLED: "ready",
    LineState.FULFILLING: "being prepared",
    LineState.APPROVED: "being prepared",
}
_ORDER = (
    LineState.FULFILLED,
    LineState.FULFILLING,
    LineState.APPROVED,
    LineState.PENDING_APPROVAL,
    LineState.DECLINED,
    LineState.WITHDRAWN,
    LineState.EXPIRED,
    LineState.CANCELLED,
    LineState.FAILED,
    LineState.REFUNDED,
)

ON_ITS_WAY = "On its way"


class Standing(NamedTuple):
    """The state of a line, who is asked about it, and whether it left and has not arrived yet."""

    state: LineState
    asked: tuple[str, ...] = ()
    is_under_way: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether it is there."""
        return self.state is LineState.FULFILLED and not self.is_under_way


def rolled_up(lines: Sequence[Standing]) -> str:
    """`1 of 3 ready, 1 being prepared, 1 waiting for Omar Haddad`; of all the same: `all 3 ready`.

    Withdrawn and canceled lines are both called canceled.
    """
    ordered = sorted(lines, key=_place)
    counted = [(words, len(list(same))) for words, same in groupby(ordered, key=_words)]
    if len(counted) == 1:
        return f"{'Both' if len(lines) == 2 else f'All {len(lines):,}'} {counted[0][0]}"
    first, *others = counted
    said = [f"{first[1]:,} of {len(lines):,} {first[0]}"]
    return ", ".join([*said, *(f"{number:,} {words}" for words, number in others)])


def _place(line: Standing) -> tuple[int, bool, tuple[str, ...]]:
    return _ORDER.index(line.state), line.is_under_way, line.asked


def _words(line: Standing) -> str:
    state, asked, _is_under_way = line
    if state is LineState.FULFILLED and not line.is_ready:
        return ON_ITS_WAY.lower()
    if state is LineState.PENDING_APPROVAL:
        return f"waiting for {who_decides(asked)}" if asked else "waiting for approval"
    if state is LineState.WITHDRAWN:
        return LineState.CANCELLED.label.lower()
    return _WORDS.get(state, state.label.lower())


def in_a_word(lines: Sequence[Standing]) -> tuple[str, str]:
    """The whole in a word with its color: in progress, on its way, ready, or over."""
    live = [line for line in lines if line.state not in GIVEN_BACK]
    if any(line.state is not LineState.FULFILLED for line in live):
        return "In progress", "info"
    if live and all(line.is_ready for line in live):
        return LineState.FULFILLED.label, "ok"
    if live:
        return ON_ITS_WAY, "info"
    ended = {line.state.label: TONES[line.state] for line in lines}
    return next(iter(ended.items())) if len(ended) == 1 else ("Over", "neutral")
