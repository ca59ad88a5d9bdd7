"""Why something is not ordered, and what that means for the points."""

from marketplace.kernel.errors import DomainError

KEPT = "The points stay set aside."


class NoDoor(DomainError):
    """Nobody has said how this provider is ordered from."""

    code = "no_door"

    def __init__(self, provider: str) -> None:
        super().__init__(
            f"{provider} is not set up for orders. Whoever runs Laurel does it with "
            f"“bin/laurel ordering connect”; then try again. {KEPT}"
        )


class ItemChanged(DomainError):
    """What was asked for is not what the provider has now."""

    code = "item_changed"

    def __init__(self, name: str, words: str) -> None:
        super().__init__(
            f"{name} {words} Give the points back, so that another choice is possible. {KEPT}"
        )


class LockedAway(DomainError):
    """A wrong answer is settled with the provider by people, never tried again."""

    code = "locked_away"

    def __init__(self, client_ref: str, reason: str) -> None:
        super().__init__(
            f"{reason} Settle order {client_ref} with the provider, then give the points back. "
            f"{KEPT}"
        )


class NoReissue(DomainError):
    """The provider can't be asked for another card (now)."""

    code = "no_reissue"

    def __init__(self, obstacle: str) -> None:
        super().__init__(f"{obstacle} Nothing was changed.")


class NoSuchAccount(DomainError):
    """A provider that takes no orders here."""

    status = 404
    code = "no_such_account"

    def __init__(self, slug: str) -> None:
        super().__init__(f"Nothing is ordered from “{slug}”. Nothing was changed.")
