"""What a registration is made of, where it stands, and the one table of moves."""

from enum import StrEnum


class RegistrationState(StrEnum):
    """Whether a traveler still fills it in, or has sent it to those who plan the trip."""

    OPEN = "open"
    SENT = "sent"

    @property
    def label(self) -> str:
        """The state in words."""
        return {"open": "To be sent", "sent": "Sent"}[self.value]

    @property
    def tone(self) -> str:
        """How its pill looks."""
        return {"open": "warn", "sent": "ok"}[self.value]


_R = RegistrationState

MOVES: dict[RegistrationState, frozenset[RegistrationState]] = {
    _R.OPEN: frozenset({_R.SENT}),
    _R.SENT: frozenset({_R.OPEN}),
}
"""It is open again when a section of it is."""


def may_move(current: RegistrationState, to: RegistrationState) -> bool:
    """Whether the table allows the move."""
    return to in MOVES[current]


class Section(StrEnum):
    """One part of a registration, left and taken up again by itself, in any order."""

    TRAVELER = "traveler"
    DOCUMENTS = "documents"
    TRAVEL = "travel"
    ROOM = "room"
    NEEDS = "needs"
    ACTIVITIES = "activities"

    @property
    def label(self) -> str:
        """What it is called on pages."""
        return _LABELS[self]

    @property
    def name_at_the_desk(self) -> str:
        """What those who plan the trip call it, in the middle of a sentence."""
        return _AT_THE_DESK[self]

    @property
    def is_for_all(self) -> bool:
        """Whether everyone on a booking has one of their own; the others hold for all of them."""
        return self not in {Section.TRAVEL, Section.ROOM}

    @property
    def may_follow(self) -> bool:
        """Whether a registration may be sent before it is done."""
        return self is Section.DOCUMENTS


_S = Section
_LABELS = {
    _S.TRAVELER: "Name as in the passport",
    _S.DOCUMENTS: "Passport",
    _S.TRAVEL: "How you travel",
    _S.ROOM: "Your room",
    _S.NEEDS: "What we should know",
    _S.ACTIVITIES: "What you would like to do",
}
_AT_THE_DESK = {
    _S.TRAVELER: "name",
    _S.DOCUMENTS: "passport",
    _S.TRAVEL: "journey",
    _S.ROOM: "room",
    _S.NEEDS: "food and access",
    _S.ACTIVITIES: "activities",
}


class Bed(StrEnum):
    """How somebody would like to sleep."""

    ANY = "any"
    ONE = "one"
    TWO = "two"

    @property
    def label(self) -> str:
        """The wish in words."""
        return {"any": "Either is fine", "one": "One large bed", "two": "Two beds"}[self.value]


class DayPart(StrEnum):
    """When on a day somebody would like to travel."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"

    @property
    def label(self) -> str:
        """The wish in words."""
        return {"any": "Any time"}.get(self.value, self.value.capitalize())
