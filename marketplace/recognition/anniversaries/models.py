"""What somebody wants celebrated, and how their name is said."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model

LONGEST_SAYING = 80


class CelebrationChoice(Model):
    """What one person wants celebrated; without a row both are, where a program does.

    `say_name` is how they say their name, for who reads it aloud; empty when they did not tell.
    """

    __tablename__ = "celebration_choices"
    __table_args__ = (
        sa.CheckConstraint(f"length(say_name) <= {LONGEST_SAYING}", name="saying_length"),
    )

    employee_id: Mapped[int] = mapped_column(
        sa.ForeignKey("employees.id"), primary_key=True, autoincrement=False
    )
    service: Mapped[bool]
    birthday: Mapped[bool]
    say_name: Mapped[str] = mapped_column(default="", server_default="")
    chosen_at: Mapped[datetime]
