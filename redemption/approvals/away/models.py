"""Days on which somebody who decides is away, and who answers for them on these days.

The terms of a row never change: a change ends it and writes the next, so that what somebody was
allowed on the day of an answer can be looked up for ever.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model, whole


class Absence(Model):
    """Days of one person, their first to their last by the calendar of their site.

    `begins_at` and `ends_at` are these days as moments. Without `stand_in_id` nobody answers for
    them. `kinds` empty: of every kind; `most_points`, `most_minor`: only up to there. `set_by_id`
    is who wrote it (nobody: a command), with a reason where that is somebody else.
    """

    __tablename__ = "approval_absences"
    __table_args__ = (
        UniqueConstraint("id", "employee_id", "stand_in_id"),
        CheckConstraint("stand_in_id IS NULL OR stand_in_id <> employee_id", name="not_oneself"),
        CheckConstraint("first_day <= last_day", name="begins_before_it_ends"),
        CheckConstraint("begins_at < ends_at", name="lasts"),
        CheckConstraint("(most_minor IS NULL) = (currency IS NULL)", name="money_has_currency"),
        CheckConstraint(
            "stand_in_id IS NOT NULL OR (most_points IS NULL AND most_minor IS NULL "
            "AND CAST(kinds AS TEXT) = '[]')",
            name="limits_are_a_stand_ins",
        ),
        CheckConstraint("set_by_id = employee_id OR reason <> ''", name="others_say_why"),
        CheckConstraint(
            "set_by_id IS NULL OR stand_in_id IS NULL OR set_by_id = employee_id "
            "OR set_by_id <> stand_in_id",
            name="nobody_names_oneself",
        ),
        *whole("most_points", 1),
        *whole("most_minor", 1),
        Index("ix_approval_absences_employee_id_ends_at", "employee_id", "ends_at"),
        Index("ix_approval_absences_stand_in_id_ends_at", "stand_in_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    stand_in_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    kinds: Mapped[list[str]]
    most_points: Mapped[int | None]
    most_minor: Mapped[int | None]
    currency: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # before its time
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    ended_because: Mapped[str] = mapped_column(default="", server_default="")
