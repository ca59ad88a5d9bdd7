"""Why a departure can't be canceled: the fact, what to do, the points."""

from marketplace.kernel.errors import DomainError


class CanceledAlready(DomainError):
    """Somebody canceled it before."""

    code = "canceled_already"

    def __init__(self) -> None:
        super().__init__(
            "This departure was canceled before, and everyone on it is made whole. "
            "Its page shows how far that is."
        )


class LeftAlready(DomainError):
    """It left."""

    code = "left_already"

    def __init__(self) -> None:
        super().__init__(
            "This departure has left, so it can't be canceled any more. Nothing was changed; give "
            "points back at the desk where something did not take place."
        )


class OnIt(DomainError):
    """Who has a place or an invitation decides nothing about what others get for theirs."""

    code = "on_it"

    def __init__(self) -> None:
        super().__init__(
            "You have a place on this departure or are invited to it, so somebody else cancels it. "
            "Nothing was changed."
        )


class ChangedMeanwhile(DomainError):
    """What would follow is not what stood on the page."""

    code = "changed_meanwhile"

    def __init__(self) -> None:
        super().__init__(
            "Who is on this departure, or what they get, changed since you looked. Look at the "
            "numbers again. Nothing was changed."
        )
