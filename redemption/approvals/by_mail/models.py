"""Up to what a link in a letter is enough to answer. One row, or none before anybody changed it."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model, whole

ONLY_ID = 1


class MailRuleRow(Model):
    """What `policies.MailRule` says, as it was set last."""

    __tablename__ = "approval_mail_rule"
    __table_args__ = (
        CheckConstraint(f"id = {ONLY_ID}", name="one_row"),
        CheckConstraint("(most_minor IS NULL) = (currency IS NULL)", name="money_has_currency"),
        *whole("most_points", 1),
        *whole("most_minor", 1),
        *whole("days", 1, 30),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_on: Mapped[bool]
    most_points: Mapped[int | None]
    most_minor: Mapped[int | None]
    currency: Mapped[str | None]
    days: Mapped[int]
