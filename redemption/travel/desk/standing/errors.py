"""Why a decision about somebody's standing can't be made: the fact and what to do."""

from marketplace.kernel.errors import DomainError


class LooksMoved(DomainError):
    """Who is fine is not what stood on the page."""

    code = "looks_moved"

    def __init__(self) -> None:
        super().__init__(
            "Who is fine changed since you opened this page, or somebody else confirmed them. "
            "Look at the list again. You confirmed nobody."
        )


class DecidedAlready(DomainError):
    """Somebody decided it, or the place is gone."""

    code = "decided_already"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Somebody decided about {name} before, or they gave their place back. The list of "
            "good standing says what happened. You changed nothing."
        )


class NobodyToConfirm(DomainError):
    """Nobody waits who is fine."""

    code = "nobody_to_confirm"

    def __init__(self) -> None:
        super().__init__(
            "Nobody is left to be confirmed: who is fine is confirmed already, your own place is "
            "for somebody else to look at, and every other needs a decision. Nothing was changed."
        )
