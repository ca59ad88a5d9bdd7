"""Why somebody can't wait in line: the fact, what to do, the points."""

from marketplace.kernel.errors import BadInput, DomainError


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
    """There are enough to be had without waiting."""

    code = "one_is_left"

    def __init__(self, units: int = 1) -> None:
        there = "There is one" if units == 1 else f"There are {units:,}"
        it = "it" if units == 1 else "them"
        super().__init__(
            f"{there} again, so there is no line: you can get {it} now. Nothing has been spent."
        )


class PartyTooLarge(BadInput):
    """More than one person may wait for."""

    code = "party_too_large"

    def __init__(self, most: int) -> None:
        alone = "Here one person waits for one, so nobody comes along."
        words = alone if most == 1 else f"You can wait for {most:,} places at most, yours included."
        super().__init__(f"{words} No points were set aside.", most=most)


class ItIsYourTurn(DomainError):
    """What is kept for them is taken or let go, and not changed any more."""

    code = "it_is_your_turn"

    def __init__(self) -> None:
        super().__init__(
            "It is your turn, so nothing has to be changed: take as many places as you want. "
            "What you leave of them goes to the next in line."
        )


class NoLongerWaiting(DomainError):
    """The wait is over already."""

    code = "no_longer_waiting"

    def __init__(self) -> None:
        super().__init__(
            "You no longer wait in this line, so there is nothing to leave or to change. "
            "Your points are unchanged."
        )
