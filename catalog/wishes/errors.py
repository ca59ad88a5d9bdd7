"""Why something can't be saved."""

from marketplace.kernel.errors import DomainError


class ListFull(DomainError):
    """A wish list has as many rewards as fit."""

    code = "wish_list_full"

    def __init__(self, *, most: int) -> None:
        super().__init__(
            f"Your wish list holds {most:,} rewards, and it is full. Take one off first. "
            "Nothing was changed.",
            most=most,
        )
