"""Where several lines of one request stand, in one honest sentence."""

from collections.abc import Sequence
from itertools import groupby

from redemption.states import GIVEN_BACK, LineState
from redemption.story import TONES, who_decides

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

Standing = tuple[LineState, tuple[str, ...]]
"""The state of a line and who is asked about it."""


def rolled_up(lines: Sequence[Standing]) -> str:
    """`1 of 3 ready, 1 being prepared, 1 waiting for Omar Haddad`; of all the same: `all 3 ready`.

    Withdrawn and canceled lines are both called canceled.
    """
    ordered = sorted(lines, key=lambda line: (_ORDER.index(line[0]), line[1]))
    counted = [(words, len(list(same))) for words, same in groupby(ordered, key=_words)]
    if len(counted) == 1:
        return f"{'Both' if len(lines) == 2 else f'All {len(lines):,}'} {counted[0][0]}"
    first, *others = counted
    said = [f"{first[1]:,} of {len(lines):,} {first[0]}"]
    return ", ".join([*said, *(f"{number:,} {words}" for words, number in others)])


def _words(line: Standing) -> str:
    state, asked = line
    if state is LineState.PENDING_APPROVAL:
        return f"waiting for {who_decides(asked)}" if asked else "waiting for approval"
    if state is LineState.WITHDRAWN:
        return LineState.CANCELLED.label.lower()
    return _WORDS.get(state, state.label.lower())


def in_a_word(states: Sequence[LineState]) -> tuple[str, str]:
    """The whole in a word with its color: on its way, ready, or over."""
    live = [state for state in states if state not in GIVEN_BACK]
    if any(state is not LineState.FULFILLED for state in live):
        return "On its way", "info"
    if live:
        return LineState.FULFILLED.label, "ok"
    is_one = len(set(states)) == 1
    return (states[0].label, TONES[states[0]]) if is_one else ("Over", "neutral")
