"""A reward that somebody asked for and a colleague gets, and every answer to that."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model
from redemption.gifts.states import GiftState


class Gift(Model):
    """Who gives a line to whom. `answer_by` is set when the colleague is asked."""

    __tablename__ = "gifts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["line_id", "giver_id"], ["redemption_lines.id", "redemption_lines.employee_id"]
        ),
        CheckConstraint("giver_id <> recipient_id", name="to_a_colleague"),
        CheckConstraint("state = 'open' OR answer_by IS NOT NULL", name="answered_when_asked"),
        Index("ix_gifts_recipient_id_state", "recipient_id", "state"),
        Index("ix_gifts_state_answer_by", "state", "answer_by"),
    )

    line_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    giver_id: Mapped[int]
    recipient_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    message: Mapped[str] = mapped_column(default="")
    state: Mapped[GiftState] = mapped_column(default=GiftState.OPEN)
    answer_by: Mapped[datetime | None]


class GiftEvent(Model):
    """One answer to a gift, or that there was none: by whom and when. Never changed."""

    __tablename__ = "gift_events"

    line_id: Mapped[int] = mapped_column(ForeignKey("gifts.line_id"), primary_key=True)
    to_state: Mapped[GiftState]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    at: Mapped[datetime]


append_only(Model.metadata.tables["gift_events"])
