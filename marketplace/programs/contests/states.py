"""The choices a contest is made of."""

from enum import StrEnum


class ContestForm(StrEnum):
    """What decides a contest."""

    TOP = "top"
    THRESHOLD = "threshold"
    GROWTH = "growth"
    TARGET = "target"
    SCORE = "score"
    CHAIN = "chain"
    RAFFLE = "raffle"

    @property
    def label(self) -> str:
        """The form in words, for a choice."""
        return _FORMS[self][0]

    @property
    def note(self) -> str:
        """What decides, in a sentence."""
        return _FORMS[self][1]

    @property
    def is_ratio(self) -> bool:
        """Whether its figure is a percentage and not an amount."""
        return self in {ContestForm.GROWTH, ContestForm.TARGET, ContestForm.CHAIN}

    @property
    def has_parts(self) -> bool:
        """Whether it counts several measures instead of one."""
        return self in {ContestForm.SCORE, ContestForm.CHAIN}


_FORMS = {
    ContestForm.TOP: ("Best figure", "The best figures win, however high they are."),
    ContestForm.THRESHOLD: ("Reach a number", "Everyone who reaches it wins, or the first few do."),
    ContestForm.GROWTH: ("Growth", "The largest growth over an earlier time wins."),
    ContestForm.TARGET: ("Own target", "The highest percentage of one’s own target wins."),
    ContestForm.SCORE: ("Score", "Up to ten measures bring points of a score; the best win."),
    ContestForm.CHAIN: ("Steps", "Steps in their order; who has done most of them wins."),
    ContestForm.RAFFLE: ("Raffle", "Results bring tickets; a draw that anyone can check decides."),
}


class Between(StrEnum):
    """Who competes."""

    PEOPLE = "people"
    TEAMS = "teams"
    DEPARTMENTS = "departments"
    REGIONS = "regions"

    @property
    def label(self) -> str:
        """Who competes, for a choice."""
        return _BETWEEN[self]

    @property
    def one(self) -> str:
        """What one competitor is called."""
        return _ONE[self]


_BETWEEN = {
    Between.PEOPLE: "People",
    Between.TEAMS: "Teams made for the contest",
    Between.DEPARTMENTS: "Departments",
    Between.REGIONS: "Regions, or whatever else results name",
}
_ONE = {
    Between.PEOPLE: "Person",
    Between.TEAMS: "Team",
    Between.DEPARTMENTS: "Department",
    Between.REGIONS: "Region",
}


class TieRule(StrEnum):
    """What those who share a rank get."""

    EACH = "each"
    SPLIT = "split"


class Sharing(StrEnum):
    """How the points of a team, department or region reach its people."""

    EACH_MEMBER = "each_member"
    SPLIT = "split"


class Privacy(StrEnum):
    """What people see of each other in the standings."""

    ALL = "all"
    VALUES_HIDDEN = "values_hidden"
    OWN_ONLY = "own_only"

    @property
    def label(self) -> str:
        """What is seen, for a choice."""
        return _PRIVACY[self]


_PRIVACY = {
    Privacy.ALL: "Everyone’s rank and figure",
    Privacy.VALUES_HIDDEN: "Everyone’s rank, but only one’s own figure",
    Privacy.OWN_ONLY: "Only one’s own rank and figure",
}


class Board(StrEnum):
    """Standings as they are, and as they were when they were frozen."""

    LIVE = "live"
    FROZEN = "frozen"
