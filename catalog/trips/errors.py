"""What is refused about trips: the fact and what to do."""

from marketplace.kernel.errors import DomainError


class TermsMoved(DomainError):
    """Others changed the terms since they were read."""

    code = "terms_moved"

    def __init__(self) -> None:
        super().__init__(
            "Somebody changed the terms of this trip since you opened them. They are shown again "
            "as they are now; nothing of yours was saved."
        )
