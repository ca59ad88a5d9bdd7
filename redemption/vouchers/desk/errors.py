"""Why a voucher can't be used at a desk, or a use can't be undone; what happened to its value."""

from marketplace.kernel.errors import DomainError, NotAllowed
from marketplace.web.filters import money, so_many


def amount_said(amount: int, currency: str | None) -> str:
    """`€12.40`, or `3 uses`."""
    if currency is not None:
        return money(amount, currency)
    return so_many(amount, "use")


class NotAcceptable(DomainError):
    """Nothing can be taken off this voucher."""

    code = "not_acceptable"

    def __init__(self, fact: str) -> None:
        super().__init__(f"{fact} Nothing was booked.")


class NotShownToAnybody(NotAcceptable):
    """A code that nobody has read can't be the one in somebody's hand."""

    code = "not_shown_to_anybody"

    def __init__(self) -> None:
        super().__init__("The code of this voucher was not shown to its holder yet.")


class BeyondWhatIsLeft(DomainError):
    """More is asked for than is left."""

    code = "beyond_what_is_left"

    def __init__(self, amount: int, left: int, currency: str | None) -> None:
        self.asked, self.there = amount_said(amount, currency), amount_said(left, currency)
        verb = "is" if currency is not None or left == 1 else "are"
        super().__init__(
            f"{self.there} {verb} left, so {self.asked} can't be taken. Nothing was booked. "
            f"Take {self.there} at most, and let the rest be paid in another way.",
            amount=amount,
            left=left,
        )


class OwnUse(NotAllowed):
    """Nobody puts value back on a voucher of their own."""

    code = "own_use"

    def __init__(self) -> None:
        super().__init__(
            "This is a voucher of your own, so somebody else has to undo its uses. "
            "Nothing was changed."
        )


class AlreadyUndone(DomainError):
    """A use is undone once."""

    code = "already_undone"

    def __init__(self) -> None:
        super().__init__("This use was undone already, so its value is back. Nothing was changed.")


class UndoIsForManagers(NotAllowed):
    """Another desk's booking."""

    code = "undo_is_for_managers"

    def __init__(self, minutes: int) -> None:
        super().__init__(
            f"Somebody else booked this use. They can undo it within {so_many(minutes, 'minute')}, "
            "and a program manager at any time. Nothing was changed."
        )


class UndoneTooLate(DomainError):
    """The time for a slip is over."""

    code = "undone_too_late"

    def __init__(self, minutes: int) -> None:
        super().__init__(
            f"This was booked more than {so_many(minutes, 'minute')} ago, so only a program "
            "manager can undo it, with a reason. Nothing was changed.",
            minutes=minutes,
        )


class DeskClosed(DomainError):
    """Too many codes that do not exist, one after the other."""

    status = 429
    code = "desk_closed"

    def __init__(self, minutes: int) -> None:
        super().__init__(
            f"Too many codes from you were none of ours. Wait {so_many(minutes, 'minute')}, then "
            "try again. Nothing was booked.",
            minutes=minutes,
        )
