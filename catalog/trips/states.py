"""Who pays the tax on a trip, and what a day of it is made of."""

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
