"""What goals keep beside their rules: who shares a milestone, and how far everybody is."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, whole


class GoalSharer(Model):
    """Somebody who was there when a milestone was first seen reached, and so shares its points.

    Who joins later shares the next one; who leaves keeps theirs.
    """

    __tablename__ = "goal_sharers"

    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(
        sa.ForeignKey("employees.id"), primary_key=True, index=True
    )
    at: Mapped[datetime]


class GoalStanding(Model):
    """How far a goal, or all the paths of a program, were when it was last evaluated."""

    __tablename__ = "goal_standings"

    program_id: Mapped[int] = mapped_column(
        sa.ForeignKey("programs.id"), primary_key=True, autoincrement=False
    )
    standing: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class PathStanding(Model):
    """One person's path: its steps as they stood, and how many of those with a target are done."""

    __tablename__ = "path_standings"
    __table_args__ = (*whole("reached", 0), *whole("aims", 0))

    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(
        sa.ForeignKey("employees.id"), primary_key=True, index=True
    )
    reached: Mapped[int]
    aims: Mapped[int]
    standing: Mapped[dict[str, Any]]


append_only(Model.metadata.tables["goal_sharers"])
