"""Who pays the tax on a trip, how its places are offered, and what a day of it is made of."""

from enum import StrEnum


class TaxPayer(StrEnum):
    """Who pays the tax on what a place is worth."""

    COMPANY = "company"
    TRAVELER = "traveler"

    @property
    def label(self) -> str:
        """Who pays, as the story page says it."""
        return {
            "company": "The company pays the tax on it",
            "traveler": "It counts as pay, and you pay the tax on it",
        }[self.value]


class LineRule(StrEnum):
    """How places that come back are offered to parties who wait in line for them."""

    STRICT = "strict"
    SKIP_TO_FIT = "skip_to_fit"

    @property
    def label(self) -> str:
        """The rule, as a planner chooses it."""
        return {
            "strict": "Strictly in order",
            "skip_to_fit": "Smaller parties ahead when they fit",
        }[self.value]

    @property
    def words(self) -> str:
        """The rule, as everybody in line reads it."""
        return {
            "strict": "Places are offered in order, and nobody is passed over: "
            "whoever is first waits until there are enough for their whole party.",
            "skip_to_fit": "Places are offered in order. When there are too few for the party in "
            "front, a smaller one behind it may take them; whoever is in front keeps the place.",
        }[self.value]


class PlanChange(StrEnum):
    """What became of one thing in a plan, or of the time of all of it."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    ZONE = "zone"


class SubstituteRule(StrEnum):
    """Whether somebody who goes by invitation may name a colleague who goes in their place."""

    NOBODY = "nobody"
    PLANNER = "planner"
    FREELY = "freely"

    @property
    def label(self) -> str:
        """The rule, as a planner chooses it."""
        return {
            "nobody": "Nobody: a place goes to whoever is next",
            "planner": "A colleague, if those who plan the trip agree",
            "freely": "A colleague, until the last day to ask; later if those who plan it agree",
        }[self.value]


class ItemKind(StrEnum):
    """What stands in a day of the plan."""

    ARRIVAL = "arrival"
    TRANSFER = "transfer"
    STAY = "stay"
    MEAL = "meal"
    ACTIVITY = "activity"
    MEETING = "meeting"
    FREE = "free"
    DEPARTURE = "departure"

    @property
    def label(self) -> str:
        """The kind in words."""
        return _LABELS.get(self, self.value.capitalize())

    @property
    def icon(self) -> str:
        """What is drawn beside it."""
        return _ICONS[self]

    @property
    def is_limited(self) -> bool:
        """Whether it may have a number of seats."""
        return self in {ItemKind.TRANSFER, ItemKind.ACTIVITY}


_K = ItemKind
_LABELS = {_K.STAY: "Hotel", _K.FREE: "Time of your own", _K.DEPARTURE: "Journey home"}
_ICONS = {
    _K.ARRIVAL: "plane-landing",
    _K.TRANSFER: "bus",
    _K.STAY: "bed-double",
    _K.MEAL: "utensils",
    _K.ACTIVITY: "ticket",
    _K.MEETING: "users",
    _K.FREE: "sun",
    _K.DEPARTURE: "plane-takeoff",
}
