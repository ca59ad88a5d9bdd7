"""Which way a ticket goes."""

from enum import StrEnum


class Direction(StrEnum):
    """There, or home."""

    OUT = "out"
    HOME = "home"

    @property
    def label(self) -> str:
        """The way in words."""
        return {"out": "There", "home": "Home"}[self.value]
