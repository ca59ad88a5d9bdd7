"""Messages to the travelers of a departure, every move of each, and who got it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, one_of, whole
from redemption.travel.desk.messages.states import MessageState


class TripMessage(Model):
    """A letter to many, with fields filled in for each: `Dear {first name}`.

    `audience` names a stage of the desk, or is `list`. Its readers (`TripMessageReader`) are fixed
    from the beginning for a list, and else from the moment it is sent.
    """

    __tablename__ = "trip_messages"
    __table_args__ = (
        one_of("state", MessageState),
        sa.CheckConstraint("subject <> '' AND text <> ''", name="says_something"),
        sa.Index("ix_trip_messages_due", "state", "send_at"),
        *whole("version", 1),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"), index=True)
    audience: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    send_at: Mapped[datetime]
    state: Mapped[MessageState]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    made_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class TripMessageEvent(Model):
    """One move of one message: from where, to where, by whom and when. Never changed."""

    __tablename__ = "trip_message_events"
    __table_args__ = (sa.UniqueConstraint("message_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("trip_messages.id"))
    seq: Mapped[int]
    from_state: Mapped[MessageState | None]
    to_state: Mapped[MessageState]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    at: Mapped[datetime]


class TripMessageReader(Model):
    """Somebody a message is for; `written_at` none: not yet, or there was no address."""

    __tablename__ = "trip_message_readers"

    message_id: Mapped[int] = mapped_column(sa.ForeignKey("trip_messages.id"), primary_key=True)
    traveler_id: Mapped[int] = mapped_column(sa.ForeignKey("travelers.id"), primary_key=True)
    written_at: Mapped[datetime | None]
    is_unreachable: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


append_only(Model.metadata.tables["trip_message_events"])
