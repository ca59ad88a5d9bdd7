"""What a fund refuses, with the numbers."""

from marketplace.kernel.errors import DomainError
from marketplace.web.filters import money


class FundShort(DomainError):
    """More is to leave a fund than is in it."""

    code = "fund_short"

    def __init__(self, *, asked: int, left: int, currency: str) -> None:
        super().__init__(
            f"The fund has {money(left, currency)}, so {money(asked, currency)} can't leave it. "
            "Nothing was given back.",
            asked=asked,
            left=left,
            currency=currency,
        )
