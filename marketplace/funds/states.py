"""What changes a fund."""

from enum import StrEnum


class EntryKind(StrEnum):
    """One way for a fund to grow or shrink."""

    TOP_UP = "top_up"
    GIVEN_BACK = "given_back"
    STAYED = "stayed"

    @property
    def label(self) -> str:
        """The kind in words."""
        return {
            EntryKind.TOP_UP: "Topped up",
            EntryKind.GIVEN_BACK: "Given back to the card",
            EntryKind.STAYED: "Could not go back, so it stayed",
        }[self]
