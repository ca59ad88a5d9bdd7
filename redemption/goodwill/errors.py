"""Why a goodwill is refused."""

from marketplace.kernel.errors import DomainError
from redemption.goodwill.states import GoodwillState


class NothingSpent(DomainError):
    """There is nothing on this request that was spent."""

    code = "nothing_spent"

    def __init__(self, words: str) -> None:
        super().__init__(
            f"This request is {words.lower()}: nothing of it is spent, so nothing can be given "
            "back. Nothing was changed."
        )


class TooMuch(DomainError):
    """More would be given back than is left of what was spent."""

    code = "too_much"

    def __init__(self, left: int) -> None:
        super().__init__(
            f"Of this request {left:,} points are spent and not back yet. Enter 1 to {left:,}. "
            "Nothing was changed."
            if left
            else "Everything that was spent on this request is back. Nothing was changed.",
            left=left,
            field="points",
        )


class GoodwillMoved(DomainError):
    """Somebody was faster."""

    code = "goodwill_moved"

    def __init__(self, state: GoodwillState) -> None:
        super().__init__(
            f"This is “{state.label.lower()}” by now. Nothing was changed.", state=state
        )


class SecondPerson(DomainError):
    """Who proposed it does not agree to it, too."""

    status = 403
    code = "second_person"

    def __init__(self) -> None:
        super().__init__(
            "You proposed this, so somebody else agrees to it or declines it. Nothing was changed."
        )
