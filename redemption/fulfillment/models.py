"""Work for people: parcels to send, trips to book, things the machine could not do alone."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, whole
from redemption.fulfillment.states import BookingState, TaskState, Work


class FulfillmentTask(Model):
    """What somebody has to do for one line, and by when. One for a line, whatever happens."""

    __tablename__ = "fulfillment_tasks"
    __table_args__ = (
        sa.Index("ix_fulfillment_tasks_pile", "state", "due_on", "id"),
        sa.CheckConstraint("state <> 'problem' OR problem <> ''", name="problem_has_words"),
        sa.CheckConstraint("state <> 'sent' OR carrier <> ''", name="sent_by_somebody"),
        sa.CheckConstraint("state <> 'done' OR proof <> ''", name="done_with_proof"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("redemption_lines.id"), unique=True)
    work: Mapped[Work]
    state: Mapped[TaskState]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"), index=True)
    due_on: Mapped[date]
    carrier: Mapped[str] = mapped_column(default="", server_default="")
    tracking: Mapped[str] = mapped_column(default="", server_default="")
    proof: Mapped[str] = mapped_column(default="", server_default="")
    problem: Mapped[str] = mapped_column(default="", server_default="")
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class TaskEvent(Model):
    """One move of one task: from where, to where, by whom, when and why. Never changed."""

    __tablename__ = "task_events"
    __table_args__ = (sa.UniqueConstraint("task_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("fulfillment_tasks.id"))
    seq: Mapped[int]
    from_state: Mapped[TaskState | None]
    to_state: Mapped[TaskState]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class Booking(Model):
    """A place, or several, on a departure. `confirmation` is the number the organizer gave."""

    __tablename__ = "bookings"
    __table_args__ = (
        *whole("places", 1, 1000),
        sa.CheckConstraint("state <> 'confirmed' OR confirmation <> ''", name="confirmed_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("redemption_lines.id"), unique=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"), index=True)
    reference: Mapped[str] = mapped_column(unique=True)  # B-7KQ2MX
    places: Mapped[int]
    state: Mapped[BookingState]
    confirmation: Mapped[str] = mapped_column(default="", server_default="")
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Traveler(Model):
    """Somebody who goes along on a booking, by the name as it stands in their profile."""

    __tablename__ = "travelers"
    __table_args__ = (
        sa.UniqueConstraint("booking_id", "position"),
        sa.UniqueConstraint("booking_id", "employee_id"),
        *whole("position", 1, 1000),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(sa.ForeignKey("bookings.id"))
    position: Mapped[int]
    employee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"), index=True)
    name: Mapped[str]


class FulfillmentAttempt(Model):
    """How often a line was tried and failed, and the last words of the failure."""

    __tablename__ = "fulfillment_attempts"
    __table_args__ = (*whole("failures", 1, 1000),)

    line_id: Mapped[int] = mapped_column(
        sa.ForeignKey("redemption_lines.id"), primary_key=True, autoincrement=False
    )
    failures: Mapped[int]
    last_error: Mapped[str]
    last_at: Mapped[datetime]


append_only(Model.metadata.tables["task_events"])
