"""Points given by hand: each with who gave them, to whom, why, and whether it was taken back."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model, whole


class Bonus(Model):
    """One person's bonus. `batch` is the request key of the page or file it came with."""

    __tablename__ = "bonuses"
    __table_args__ = (
        sa.UniqueConstraint("program_id", "batch", "line"),
        sa.CheckConstraint("given_by_id IS NULL OR given_by_id <> employee_id", name="not_to_self"),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_because = '')", name="withdrawn_with_a_reason"
        ),
        *whole("points", 1),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"))
    batch: Mapped[str]
    line: Mapped[int]
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), index=True)
    points: Mapped[int]
    reason: Mapped[str]
    given_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(default="", server_default="")
