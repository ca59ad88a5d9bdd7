"""Where a recognition comes from, who may see it, and how closely giving is watched."""

from enum import StrEnum


class Source(StrEnum):
    """How a recognition came about."""

    PAGE = "page"
    MEETING = "meeting"
    ANNIVERSARY = "anniversary"
    BIRTHDAY = "birthday"


class Visibility(StrEnum):
    """Whom the giver wants to see it."""

    PUBLIC = "public"
    PRIVATE = "private"

    @property
    def label(self) -> str:
        """The choice in words, for a form."""
        return {"public": "Everyone", "private": "Only them and me"}[self.value]


class RecognitionState(StrEnum):
    """A recognition stands, or was taken back by its giver or by a manager."""

    STANDING = "standing"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"

    @property
    def label(self) -> str:
        """The state in words, for its pill."""
        words = {"standing": "Sent", "withdrawn": "Taken back", "removed": "Removed"}
        return words[self.value]


class Choice(StrEnum):
    """What somebody wants to happen with recognition meant for everyone."""

    PUBLIC = "public"
    PRIVATE = "private"
    ASK = "ask"


class Showing(StrEnum):
    """Whether one recipient lets everyone see a recognition; `ASKED` until they have said so."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    ASKED = "asked"


SHOWING_BY_CHOICE = {
    Choice.PUBLIC: Showing.SHOWN,
    Choice.PRIVATE: Showing.HIDDEN,
    Choice.ASK: Showing.ASKED,
}


class Mode(StrEnum):
    """What a program does when giving looks more like an exchange than like thanks."""

    OBSERVE = "observe"
    ADVISE = "advise"
    RESTRICT = "restrict"

    @property
    def label(self) -> str:
        """The mode in words, for a form."""
        words = {
            "observe": "Observe: let it pass and note it for the report",
            "advise": "Advise: say so and ask for a reason before it is sent",
            "restrict": "Restrict: send no points, thanks without points are free",
        }
        return words[self.value]


class Watched(StrEnum):
    """What the rules of giving look at, for one giver and one recipient."""

    RECIPROCITY = "reciprocity"
    REPETITION = "repetition"
    DISTRIBUTION = "distribution"
    CAP = "cap"

    @property
    def label(self) -> str:
        """The rule in a word or two, for a table."""
        words = {
            "reciprocity": "Back and forth",
            "repetition": "The same person again",
            "distribution": "Much to one person",
            "cap": "Above the cap for one person",
        }
        return words[self.value]


class CapPeriod(StrEnum):
    """The stretch of the calendar that a cap for one person counts in."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
