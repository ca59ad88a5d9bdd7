"""Why somebody can't ride a transfer: the fact and what to do."""

from marketplace.kernel.errors import DomainError


class NotEnoughSeats(DomainError):
    """Fewer seats are free than people were to get on."""

    code = "not_enough_seats"

    def __init__(self, name: str, *, wanted: int, left: int) -> None:
        super().__init__(
            f"{name} has {left:,} seats left, and {wanted:,} people were to get on. Choose another "
            "transfer, or give it more seats in the plan. Nobody was put on it.",
            wanted=wanted,
            left=left,
        )
