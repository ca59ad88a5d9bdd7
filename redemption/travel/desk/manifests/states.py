"""Who gets a list of a trip, as what kind of file, and how a row stands to the last one given."""

from enum import StrEnum


class ListKind(StrEnum):
    """A list that leaves the company, named by what it is; `receiver` says for whom."""

    ROOMING = "rooming"
    MEALS = "meals"
    FLIGHTS = "flights"
    TRANSFERS = "transfers"
    ACTIVITIES = "activities"
    RUN_SHEET = "run_sheet"

    @property
    def label(self) -> str:
        """The list in words."""
        return {
            "rooming": "Rooming list",
            "meals": "Meal list",
            "flights": "Flight manifest",
            "transfers": "Transfer list",
            "activities": "Activity list",
            "run_sheet": "Run sheet",
        }[self.value]

    @property
    def receiver(self) -> str:
        """Whom it is for."""
        return {
            "rooming": "The hotel",
            "meals": "The caterer",
            "flights": "The agency or airline",
            "transfers": "The drivers",
            "activities": "The guides",
            "run_sheet": "Staff on the spot",
        }[self.value]


class FileKind(StrEnum):
    """What a list is written as."""

    XLSX = "xlsx"
    CSV = "csv"

    @property
    def label(self) -> str:
        """The file in words."""
        return self.value.upper()


class RowStatus(StrEnum):
    """How a row stands to the last list of its kind that was handed over."""

    NEW = "new"
    MODIFIED = "modified"
    UNCHANGED = "unchanged"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The status in words."""
        return {"unchanged": "As before"}.get(self.value, self.value.capitalize())
