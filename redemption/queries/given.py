"""To whom a line is given, for who gave it."""

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.models import Employee
from redemption.gifts.given import GivenGift
from redemption.gifts.models import Gift, GiftEvent


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
