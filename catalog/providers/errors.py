"""Why a sync can't begin or go on, said to the person who wants it."""

from datetime import datetime

from marketplace.kernel.errors import BadInput, DomainError


class SyncTooSoon(DomainError):
    """The day's syncs are used up, or the provider asked to wait."""

    code = "sync_too_soon"

    def __init__(self, next_at: datetime, *, why: str) -> None:
        super().__init__(
            f"{why} The next sync can begin on {next_at:%d %B %Y at %H:%M} UTC. Nothing was asked.",
            next_at=next_at.isoformat(),
        )
        self.next_at = next_at


class SyncUnderWay(DomainError):
    """One is running already."""

    code = "sync_under_way"

    def __init__(self) -> None:
        super().__init__("A sync is under way already; its report comes when it is done.")


class CannotSync(BadInput):
    """The provider lacks something a sync needs."""

    code = "cannot_sync"
