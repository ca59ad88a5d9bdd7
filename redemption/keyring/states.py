"""Where a signing key may be: one signs, those before it are only known by their public half."""

from enum import StrEnum


class KeyState(StrEnum):
    """`active`: it signs. `retired`: its private half is gone, its public half stays published.

    `withdrawn`: it leaked, so its public half is published no more and nothing it signed is valid.
    """

    ACTIVE = "active"
    RETIRED = "retired"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state in words."""
        return _LABELS[self]


_LABELS = {
    KeyState.ACTIVE: "Signs now",
    KeyState.RETIRED: "Retired",
    KeyState.WITHDRAWN: "Withdrawn",
}
