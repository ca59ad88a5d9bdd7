"""Courses, who completed them, what people say they completed, and the badges of whole paths."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, one_of, whole
from marketplace.programs.trainings.states import CourseClaimState


class Course(Model):
    """A course somebody else gives. `link` is text to copy, not ours to vouch for.

    `made_for_id` names the department it is made for, `about_id` the one whose work it teaches:
    where both are set and differ, it is cross-functional.
    """

    __tablename__ = "courses"
    __table_args__ = (*whole("minutes", 1, 100_000),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    made_for_id: Mapped[int | None] = mapped_column(sa.ForeignKey("departments.id"))
    about_id: Mapped[int | None] = mapped_column(sa.ForeignKey("departments.id"))
    link: Mapped[str] = mapped_column(default="", server_default="")
    minutes: Mapped[int]
    created_at: Mapped[datetime]


class Completion(Model):
    """One report that a person completed a course, as it stands now.

    `external_ref` is the report's own name where it came from, so that it counts once however
    often it arrives. What was withdrawn no longer `stands`.
    """

    __tablename__ = "completions"
    __table_args__ = (sa.Index("ix_completions_course_person", "course_id", "employee_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    external_ref: Mapped[str] = mapped_column(unique=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("courses.id"))
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), index=True)
    on_day: Mapped[date]
    stands: Mapped[bool] = mapped_column(default=True)
    reported_at: Mapped[datetime]


class CompletionChange(Model):
    """A correction: what a completion was, what it became, who reported it and why."""

    __tablename__ = "completion_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    completion_id: Mapped[int] = mapped_column(sa.ForeignKey("completions.id"), index=True)
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    reason: Mapped[str]
    actor_id: Mapped[int | None]
    at: Mapped[datetime]


class StagedCompletion(Model):
    """A row of a file on its way in, kept until the import is done or forgotten."""

    __tablename__ = "staged_completions"

    run_id: Mapped[int] = mapped_column(
        sa.ForeignKey("import_runs.id"), primary_key=True, autoincrement=False
    )
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("courses.id"))
    on_day: Mapped[date]
    external_ref: Mapped[str]


class CourseClaim(Model):
    """Somebody says they completed a course and shows it. `reason` is the decider's, for a no."""

    __tablename__ = "course_claims"
    __table_args__ = (
        one_of("state", CourseClaimState),
        sa.CheckConstraint("decided_by_id <> employee_id", name="not_by_claimant"),
        sa.Index("ix_course_claims_program_state", "program_id", "state", "id"),
        sa.Index("ix_course_claims_employee", "employee_id", "program_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"))
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("courses.id"))
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    state: Mapped[CourseClaimState] = mapped_column(default=CourseClaimState.WAITING)
    on_day: Mapped[date]
    note: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    submitted_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class TrainingBadge(Model):
    """The badge of a whole path, once per person; it goes when a correction undoes the path."""

    __tablename__ = "training_badges"

    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(
        sa.ForeignKey("employees.id"), primary_key=True, index=True
    )
    earned_on: Mapped[date]


append_only(Model.metadata.tables["completion_changes"])


def subject_of(reference: str) -> str:
    """What the evidence of a claimed course is filed under."""
    return f"course-claim:{reference}"
