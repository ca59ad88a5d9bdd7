"""What payments refuse, with the numbers."""

from marketplace.kernel.errors import DomainError
from marketplace.web.filters import money


class NoGateway(DomainError):
    """Nothing here takes money."""

    code = "no_gateway"

    def __init__(self) -> None:
        super().__init__(
            "Laurel can't take payments here yet: whoever runs it sets LAUREL_STRIPE_KEY. "
            "Nothing was charged."
        )


class MoreThanPaid(DomainError):
    """More is to go back than was paid and is not on its way back yet."""

    code = "more_than_paid"

    def __init__(self, *, asked: int, left: int, currency: str) -> None:
        super().__init__(
            f"{money(left, currency)} of this payment can still go back, not "
            f"{money(asked, currency)}. Nothing was given back.",
            asked=asked,
            left=left,
            currency=currency,
        )
