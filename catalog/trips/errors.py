"""What is refused about trips: the fact and what to do."""

from marketplace.kernel.errors import BadInput, DomainError


class TermsMoved(DomainError):
    """Others changed the terms since they were read."""

    code = "terms_moved"

    def __init__(self) -> None:
        super().__init__(
            "Somebody changed the terms of this trip since you opened them. They are shown again "
            "as they are now; nothing of yours was saved."
        )


class InUse(BadInput):
    """People have rooms or seats of what was to go."""

    code = "in_use"

    def __init__(self, name: str, what: str, used: int) -> None:
        super().__init__(
            f"{used:,} {what} of “{name}” are in use on this departure. Free them at its desk "
            "first, or keep at least as many. Nothing was changed.",
            field=what,
            used=used,
        )


class OwnTerms(BadInput):
    """Whoever is invited sets nothing that they themselves would get."""

    code = "own_terms"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"You are invited on {name} yourself, so somebody else says what who declines gets and "
            "whether a colleague may go instead. Nothing was changed."
        )
