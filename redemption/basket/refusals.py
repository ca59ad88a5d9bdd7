"""Why something can't go into a basket, or a basket can't be asked for as it was shown."""

from marketplace.kernel.errors import DomainError
from redemption.basket.states import MOST_ITEMS, MOST_UNITS


class BasketFull(DomainError):
    """A basket holds so many different things."""

    code = "basket_full"

    def __init__(self) -> None:
        super().__init__(
            f"Your basket holds {MOST_ITEMS} things, and it is full. Ask for what is in it, or "
            "take something out. No points were touched.",
            most=MOST_ITEMS,
        )


class TooManyUnits(DomainError):
    """So many of one thing at once."""

    code = "too_many_units"

    def __init__(self) -> None:
        super().__init__(
            f"A basket holds up to {MOST_UNITS} of one thing. Nothing was changed.",
            most=MOST_UNITS,
        )


class BasketChanged(DomainError):
    """What is asked for is not what lies in the basket any more: another tab was faster."""

    code = "basket_changed"

    def __init__(self) -> None:
        super().__init__(
            "Your basket has changed since you opened this page, or you asked for it already in "
            "another tab. Look at it again below. Nothing has been spent."
        )
