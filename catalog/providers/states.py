"""How a sync goes, what it can change, and what becomes of a brand that is new."""

from enum import StrEnum


class SyncState(StrEnum):
    """Where one sync stands."""

    WAITING = "waiting"
    FETCHING = "fetching"
    HELD = "held"
    APPLYING = "applying"
    DONE = "done"
    FAILED = "failed"
    DISCARDED = "discarded"

    @property
    def label(self) -> str:
        """The state in words."""
        return _SYNC_WORDS[self][0]

    @property
    def tone(self) -> str:
        """The tone of its pill."""
        return _SYNC_WORDS[self][1]

    @property
    def is_under_way(self) -> bool:
        """Whether something is still to be done without anybody being asked."""
        return self in UNDER_WAY


_SYNC_WORDS = {
    SyncState.WAITING: ("About to begin", "info"),
    SyncState.FETCHING: ("Asking the provider", "info"),
    SyncState.HELD: ("Waits for your answer", "warn"),
    SyncState.APPLYING: ("Taking it over", "info"),
    SyncState.DONE: ("Done", "ok"),
    SyncState.FAILED: ("Failed, nothing changed", "danger"),
    SyncState.DISCARDED: ("Discarded, nothing changed", "neutral"),
}
UNDER_WAY = frozenset({SyncState.WAITING, SyncState.FETCHING, SyncState.APPLYING})


class ChangeKind(StrEnum):
    """What a sync found to be different."""

    ADDED = "added"
    RENAMED = "renamed"
    FACE_VALUE = "face_value"
    PRICE = "price"
    WHERE = "where"
    UNAVAILABLE = "unavailable"
    AVAILABLE = "available"
    GONE = "gone"
    BACK = "back"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """What happened, in words."""
        return _CHANGE_WORDS[self][0]

    @property
    def tone(self) -> str:
        """The tone of its pill."""
        return _CHANGE_WORDS[self][1]


_CHANGE_WORDS = {
    ChangeKind.ADDED: ("Added", "ok"),
    ChangeKind.RENAMED: ("Renamed", "neutral"),
    ChangeKind.FACE_VALUE: ("Other amount", "info"),
    ChangeKind.PRICE: ("Other price", "info"),
    ChangeKind.WHERE: ("Other countries", "info"),
    ChangeKind.UNAVAILABLE: ("Not available", "warn"),
    ChangeKind.AVAILABLE: ("Available again", "ok"),
    ChangeKind.GONE: ("Gone", "warn"),
    ChangeKind.BACK: ("Back", "ok"),
    ChangeKind.REFUSED: ("Refused", "danger"),
}


class NewBrands(StrEnum):
    """What becomes of a reward that a sync makes."""

    DRAFT = "draft"
    CHOSEN = "chosen"
    PUBLISH = "publish"

    @property
    def label(self) -> str:
        """The choice in words."""
        return {
            NewBrands.DRAFT: "Stay drafts until somebody publishes them",
            NewBrands.CHOSEN: "Are published when somebody chose their brand before",
            NewBrands.PUBLISH: "Are published at once",
        }[self]
