"""What is refused about packages: the fact and what to do."""

from marketplace.kernel.errors import BadInput, DomainError


class PackageTermsMoved(DomainError):
    """Somebody else changed the terms since they were read."""

    code = "package_terms_moved"

    def __init__(self) -> None:
        super().__init__(
            "Somebody changed the terms of this package since you opened them. They are shown "
            "again as they are now; nothing of yours was saved."
        )


class TermsChanged(DomainError):
    """The terms changed while somebody chose dates."""

    code = "terms_changed"

    def __init__(self) -> None:
        super().__init__(
            "The terms of this package changed since you opened this page. They are shown as they "
            "are now. Nothing has been spent; look once more and send it again."
        )


class NoTermsYet(DomainError):
    """A trip without departures whose manager has not said what may be asked for."""

    code = "no_terms_yet"

    def __init__(self) -> None:
        super().__init__(
            "Nobody has said yet which dates can be asked for. Nothing has been spent; ask your "
            "program manager."
        )


class WrongWish(BadInput):
    """Dates, nights or travelers that the terms do not allow; `problems` by field."""

    code = "wrong_wish"

    def __init__(self, problems: dict[str, str]) -> None:
        field, text = next(iter(problems.items()))
        super().__init__(f"{text} Nothing has been spent.", field=field)
        self.problems = problems
