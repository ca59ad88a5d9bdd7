"""Points that a manager gives back of something that was spent, and who agreed to it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, whole
from redemption.goodwill.states import GoodwillState


class Goodwill(Model):
    """So many points of a line, proposed by a manager; above a limit a second one gives them."""

    __tablename__ = "goodwill_refunds"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["line_id", "employee_id"], ["redemption_lines.id", "redemption_lines.employee_id"]
        ),
        sa.CheckConstraint(
            "proposed_by_id <> employee_id AND decided_by_id <> employee_id", name="not_to_oneself"
        ),
        sa.CheckConstraint(
            "NOT needs_second OR state NOT IN ('given', 'declined') "
            "OR (decided_by_id IS NOT NULL AND decided_by_id <> proposed_by_id)",
            name="two_people_above_the_limit",
        ),
        sa.CheckConstraint("reason <> ''", name="with_a_reason"),
        *whole("points", 1),
        sa.Index("ix_goodwill_refunds_employee", "employee_id", "proposed_at"),
        sa.Index("ix_goodwill_refunds_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(index=True)
    employee_id: Mapped[int]
    points: Mapped[int]
    reason: Mapped[str]
    needs_second: Mapped[bool]
    state: Mapped[GoodwillState]
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    proposed_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class GoodwillEvent(Model):
    """One move of one goodwill. Never changed."""

    __tablename__ = "goodwill_events"
    __table_args__ = (sa.UniqueConstraint("goodwill_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    goodwill_id: Mapped[int] = mapped_column(sa.ForeignKey("goodwill_refunds.id"))
    seq: Mapped[int]
    from_state: Mapped[GoodwillState | None]
    to_state: Mapped[GoodwillState]
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


append_only(Model.metadata.tables["goodwill_events"])
