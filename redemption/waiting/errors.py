"""Why somebody can't wait in line: the fact, what to do, the points."""

from marketplace.kernel.errors import DomainError


class CannotWait(DomainError):
    """Nobody waits for this, or not this person; `code` as in `policies.wait_obstacle`."""

    code = "cannot_wait"


class AlreadyWaiting(DomainError):
    """They stand in this line already."""

    code = "already_waiting"

    def __init__(self) -> None:
        super().__init__(
            "You wait in this line already, and your place is as it was. No points are set aside."
        )


class TooManyLines(DomainError):
    """They stand in as many lines as one person may."""

    code = "too_many_lines"

    def __init__(self, *, most: int) -> None:
        super().__init__(
            f"You wait in {most:,} lines already, as many as one person may. "
            "Leave one of them first. No points were set aside.",
            most=most,
        )


class OneIsLeft(DomainError):
    """There is one to be had without waiting."""

    code = "one_is_left"

    def __init__(self) -> None:
        super().__init__(
            "There is one again, so there is no line: you can get it now. Nothing has been spent."
        )


class NoLongerWaiting(DomainError):
    """The wait is over already."""

    code = "no_longer_waiting"

    def __init__(self) -> None:
        super().__init__(
            "You no longer wait in this line, so there is nothing to leave. "
            "Your points are unchanged."
        )
