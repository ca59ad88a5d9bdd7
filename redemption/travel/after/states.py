"""What a trip costs and by what, and what travelers are asked when they are back."""

from dataclasses import dataclass
from enum import StrEnum

SURVEY_DAYS = 30
"""So long after the last day people may answer."""
LEAST_ANSWERS = 5
"""Fewer answers are shown to nobody, because they would tell who gave them."""


class CostKind(StrEnum):
    """What money was spent on."""

    HOTEL = "hotel"
    FLIGHTS = "flights"
    ACTIVITIES = "activities"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The kind in words."""
        return self.value.capitalize()


class CostBasis(StrEnum):
    """What an amount is for: all of it, each person, each room."""

    WHOLE = "whole"
    PERSON = "person"
    ROOM = "room"

    @property
    def label(self) -> str:
        """The basis in words."""
        return {
            "whole": "for the whole group",
            "person": "for each person",
            "room": "for each room",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that travelers are asked: `most` is the top of a scale from 0, none: in words."""

    name: str
    words: str
    hint: str = ""
    most: int | None = None
    is_needed: bool = False


QUESTIONS = (
    Question(
        "overall",
        "All in all, how was it?",
        "0: I would not go again. 10: it could not have been better.",
        most=10,
        is_needed=True,
    ),
    Question("hotel", "The hotel", "0: poor. 10: excellent.", most=10),
    Question("activities", "What we did together", "0: poor. 10: excellent.", most=10),
    Question("keep", "What should we keep?"),
    Question("change", "What should we change?"),
)
SCALES = tuple(one for one in QUESTIONS if one.most is not None)
WORDS = tuple(one for one in QUESTIONS if one.most is None)
