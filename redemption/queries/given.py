"""A gift as its giver sees it: to whom, and what they answered; never a code or an address."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.models import Employee
from redemption.gifts.models import Gift, GiftEvent
from redemption.gifts.states import GiftState


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


def given_gift(line_id: int) -> GivenGift | None:
    """To whom a line is given; None where it is for who asked."""
    row = (
        session()
        .execute(
            sa.select(Employee.name, Gift.message, Gift.state, Gift.answer_by, GiftEvent.at)
            .join(Employee, Employee.id == Gift.recipient_id)
            .outerjoin(GiftEvent, GiftEvent.line_id == Gift.line_id)
            .where(Gift.line_id == line_id)
        )
        .one_or_none()
    )
    return GivenGift(*row) if row else None
