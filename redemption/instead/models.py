"""Lines that can't be delivered for now, what their people chose, and every move of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model
from redemption.instead.states import ShortageState


class Shortage(Model):
    """One line of which the desk has nothing to deliver. `reason` is read by its person.

    `answer_by`: without an answer until then the points go back. `taken_id` is the request that
    took its place.
    """

    __tablename__ = "shortages"
    __table_args__ = (
        sa.Index("ix_shortages_state_answer_by", "state", "answer_by"),
        sa.CheckConstraint("taken_id IS NULL OR state = 'taken'", name="taken_by_a_request"),
        sa.CheckConstraint("reason <> ''", name="has_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("redemption_lines.id"), unique=True)
    state: Mapped[ShortageState]
    reason: Mapped[str]
    answer_by: Mapped[datetime]
    taken_id: Mapped[int | None] = mapped_column(sa.ForeignKey("redemptions.id"), unique=True)
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class ShortageEvent(Model):
    """One move of one shortage: from where, to where, by whom, when and why. Never changed."""

    __tablename__ = "shortage_events"
    __table_args__ = (sa.UniqueConstraint("shortage_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shortage_id: Mapped[int] = mapped_column(sa.ForeignKey("shortages.id"))
    seq: Mapped[int]  # the shortage's version after the move
    from_state: Mapped[ShortageState | None]
    to_state: Mapped[ShortageState]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


append_only(Model.metadata.tables["shortage_events"])
