"""Moments, the departments invited, what is shown there, and who came."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, whole

LONGEST_TITLE = 80
LONGEST_DEED = 80


class Moment(Model):
    """A meeting where people are recognized. Its department hosts it, others may be invited.

    `program_id` is the recognition program whose rule pays who comes from another department;
    without one nobody is paid for coming.
    """

    __tablename__ = "moments"
    __table_args__ = (
        sa.CheckConstraint(f"length(title) BETWEEN 1 AND {LONGEST_TITLE}", name="title_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    on_day: Mapped[date] = mapped_column(index=True)
    department_id: Mapped[int] = mapped_column(sa.ForeignKey("departments.id"), index=True)
    program_id: Mapped[int | None] = mapped_column(sa.ForeignKey("programs.id"))
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    created_at: Mapped[datetime]


class MomentGuest(Model):
    """A department that is invited beside the host."""

    __tablename__ = "moment_guests"

    moment_id: Mapped[int] = mapped_column(sa.ForeignKey("moments.id"), primary_key=True)
    department_id: Mapped[int] = mapped_column(sa.ForeignKey("departments.id"), primary_key=True)


class MomentSlide(Model):
    """A recognition that is shown: picked from the feed, or captured during the meeting.

    `deed` is its headline in a few words, empty without one. Equal positions follow the ids.
    """

    __tablename__ = "moment_slides"
    __table_args__ = (
        *whole("position", 0, 1_000_000),
        sa.CheckConstraint(f"length(deed) <= {LONGEST_DEED}", name="deed_length"),
    )

    moment_id: Mapped[int] = mapped_column(sa.ForeignKey("moments.id"), primary_key=True)
    recognition_id: Mapped[int] = mapped_column(
        sa.ForeignKey("recognitions.id"), primary_key=True, index=True
    )
    position: Mapped[int]
    deed: Mapped[str] = mapped_column(default="", server_default="")
    is_captured: Mapped[bool]
    added_at: Mapped[datetime]


class Attendance(Model):
    """Somebody checked in at a moment, from the department they were in, for so many points."""

    __tablename__ = "moment_attendances"
    __table_args__ = (
        sa.Index("ix_moment_attendances_employee", "employee_id", "checked_in_at"),
        *whole("points", 0),
    )

    moment_id: Mapped[int] = mapped_column(sa.ForeignKey("moments.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), primary_key=True)
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("departments.id"))
    program_id: Mapped[int | None] = mapped_column(sa.ForeignKey("programs.id"), index=True)
    points: Mapped[int]
    checked_in_at: Mapped[datetime]


append_only(Model.metadata.tables["moment_attendances"])
