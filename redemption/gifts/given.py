"""A gift as its giver sees it: to whom, and what they answered; never a code or an address."""

from dataclasses import dataclass
from datetime import datetime

from redemption.gifts.states import GiftState

NOT_TAKEN = "Not taken yet"


@dataclass(frozen=True, slots=True)
class GivenGift:
    """To whom a line is given; they are asked with a day to answer by, and answer some time."""

    recipient: str
    message: str
    state: GiftState
    answer_by: datetime | None
    answered_at: datetime | None

    @property
    def is_taken(self) -> bool:
        """Whether it is theirs by now."""
        return self.state is GiftState.ACCEPTED
