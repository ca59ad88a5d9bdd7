"""Goods on their way back: what somebody wants to return, and every move of that."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, whole
from redemption.sending_back.states import ReturnState


class GoodsReturn(Model):
    """Units of a line that somebody wants to send back.

    `due_on`: by when the desk answers, and once it agreed, by when it has to arrive. `percent` of
    the points come back, by the terms of the request. `received_units` arrived, `damaged_units` of
    them are no stock any more. `answer` is what the desk says to it.
    """

    __tablename__ = "goods_returns"
    __table_args__ = (
        sa.UniqueConstraint("line_id", "number"),
        sa.ForeignKeyConstraint(
            ["line_id", "employee_id"], ["redemption_lines.id", "redemption_lines.employee_id"]
        ),
        sa.CheckConstraint("decided_by_id <> employee_id", name="not_by_oneself"),
        sa.CheckConstraint(
            "received_units <= units AND damaged_units <= received_units "
            "AND (state = 'received') = (received_units > 0)",
            name="received_within",
        ),
        sa.CheckConstraint("reason <> ''", name="with_a_reason"),
        *whole("number", 1, 1000),
        *whole("units", 1, 1000),
        *whole("percent", 0, 100),
        *whole("received_units", 0),
        *whole("damaged_units", 0),
        sa.Index("ix_goods_returns_pile", "state", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int]
    employee_id: Mapped[int]
    number: Mapped[int]
    units: Mapped[int]
    percent: Mapped[int]
    reason: Mapped[str]
    state: Mapped[ReturnState]
    due_on: Mapped[date]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    received_units: Mapped[int] = mapped_column(default=0, server_default="0")
    damaged_units: Mapped[int] = mapped_column(default=0, server_default="0")
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    asked_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class ReturnEvent(Model):
    """One move of one return: from where, to where, by whom, when and why. Never changed."""

    __tablename__ = "goods_return_events"
    __table_args__ = (sa.UniqueConstraint("return_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    return_id: Mapped[int] = mapped_column(sa.ForeignKey("goods_returns.id"))
    seq: Mapped[int]
    from_state: Mapped[ReturnState | None]
    to_state: Mapped[ReturnState]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


append_only(Model.metadata.tables["goods_return_events"])
