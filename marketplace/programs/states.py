"""What a program is in its life, and what a metric counts."""

from enum import StrEnum

from marketplace.kernel.errors import IllegalMove


class ProgramKind(StrEnum):
    """What makes a program's points."""

    ORDER_RULE = "order_rule"
    GOAL = "goal"
    MILESTONES = "milestones"
    CONTEST = "contest"
    SPURT = "spurt"
    TRAINING = "training"
    NOMINATION = "nomination"
    CLAIM = "claim"
    BONUS = "bonus"
    RECOGNITION = "recognition"
    ANNIVERSARY = "anniversary"


class ProgramState(StrEnum):
    """Where a program is between the first idea and the last point."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    CLOSED = "closed"
    SETTLED = "settled"
    DISCARDED = "discarded"


MOVES: dict[ProgramState, frozenset[ProgramState]] = {
    ProgramState.DRAFT: frozenset(
        {ProgramState.SCHEDULED, ProgramState.RUNNING, ProgramState.DISCARDED}
    ),
    ProgramState.SCHEDULED: frozenset({ProgramState.DRAFT, ProgramState.RUNNING}),
    ProgramState.RUNNING: frozenset({ProgramState.CLOSED}),
    ProgramState.CLOSED: frozenset({ProgramState.RUNNING, ProgramState.SETTLED}),
    ProgramState.SETTLED: frozenset(),
    ProgramState.DISCARDED: frozenset(),
}

# Results that arrive after the end still count until the program is settled for good.
COUNTS = frozenset({ProgramState.RUNNING, ProgramState.CLOSED})
BEFORE_LAUNCH = frozenset({ProgramState.DRAFT, ProgramState.SCHEDULED})
ENDED = frozenset({ProgramState.SETTLED, ProgramState.DISCARDED})
NOT_ENDED = frozenset(ProgramState) - ENDED


def refuse_unless_legal(current: ProgramState, wanted: ProgramState) -> None:
    """Raise IllegalMove when a program cannot go from `current` to `wanted`."""
    if wanted not in MOVES[current]:
        raise IllegalMove(current, wanted)


class MetricUnit(StrEnum):
    """What a metric's whole numbers mean: minor units of a currency, or pieces."""

    MONEY = "money"
    COUNT = "count"


class Direction(StrEnum):
    """Which way a metric is better: more revenue, fewer days to answer."""

    HIGHER = "higher"
    LOWER = "lower"

    @property
    def label(self) -> str:
        """Which way is better, in words."""
        return "More is better" if self is Direction.HIGHER else "Less is better"
