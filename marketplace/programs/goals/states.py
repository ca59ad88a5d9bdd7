"""Where a milestone of a goal or a step of a path stands, and how a goal pays."""

from enum import StrEnum


class Sharing(StrEnum):
    """What becomes of the points of a milestone."""

    EQUAL = "equal"
    FULL = "full"

    @property
    def label(self) -> str:
        """In words, for a choice in a form."""
        return _SHARING[self]


class Scope(StrEnum):
    """Who reaches a milestone."""

    PART = "part"
    WHOLE = "whole"

    @property
    def label(self) -> str:
        """In words, for a choice in a form."""
        return _SCOPE[self]


class Rhythm(StrEnum):
    """How often there is a milestone when nobody wrote them down."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    NONE = "none"

    @property
    def label(self) -> str:
        """In words, for a choice in a form."""
        return _RHYTHM[self]

    @property
    def months(self) -> int:
        """How many months lie between two milestones; 0 without any."""
        return {Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3}.get(self, 0)


class Period(StrEnum):
    """What a step of a milestone path is."""

    MONTH = "month"
    QUARTER = "quarter"
    NAMED = "named"

    @property
    def label(self) -> str:
        """In words, for a choice in a form."""
        return _PERIOD[self]


class MarkState(StrEnum):
    """A milestone of a shared goal."""

    REACHED = "reached"
    OPEN = "open"
    MISSED = "missed"

    @property
    def label(self) -> str:
        """The word on its pill."""
        return self.value.capitalize()


class StepState(StrEnum):
    """A step of somebody's path. WAITING: it is over, and nothing was reported yet."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"
    MISSED = "missed"
    WAITING = "waiting"
    NO_TARGET = "no_target"

    @property
    def label(self) -> str:
        """The word on its pill."""
        return _STEP[self]


_SHARING = {
    Sharing.EQUAL: "Split equally; what can't be divided stays in the budget",
    Sharing.FULL: "In full to each",
}
_SCOPE = {
    Scope.WHOLE: "All parts together reach it, and everyone is paid",
    Scope.PART: "Each part reaches it by itself, and its people are paid",
}
_RHYTHM = {
    Rhythm.MONTHLY: "At the end of each month",
    Rhythm.QUARTERLY: "At the end of each quarter",
    Rhythm.NONE: "Only at the goal",
}
_PERIOD = {
    Period.MONTH: "Each calendar month",
    Period.QUARTER: "Each quarter",
    Period.NAMED: "Steps of your own, below",
}
_STEP = {
    StepState.DONE: "Done",
    StepState.NOW: "Now",
    StepState.NEXT: "Next",
    StepState.MISSED: "Missed",
    StepState.WAITING: "No result yet",
    StepState.NO_TARGET: "No target",
}
