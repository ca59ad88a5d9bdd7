"""Work for people: parcels to send, trips to book, things the machine could not do alone."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, whole
from redemption.fulfillment.states import ShipmentState, TaskState, Work


class FulfillmentTask(Model):
    """What somebody has to do for one line, and by when. One for a line, whatever happens.

    `units` are to be sent in all, `sent_units` have left, without parcels that are sent again.
    `proof` is the number that shows that it was arranged, `proof_on` the day it names: of a
    course, of leave, of a receipt; `proof_minor` in `proof_currency` what a receipt is over.
    `completion` with its day shows that a course was finished.
    """

    __tablename__ = "fulfillment_tasks"
    __table_args__ = (
        sa.Index("ix_fulfillment_tasks_pile", "state", "due_on", "id"),
        sa.CheckConstraint("state <> 'problem' OR problem <> ''", name="problem_has_words"),
        sa.CheckConstraint("sent_units <= units", name="no_unit_sent_twice"),
        sa.CheckConstraint("state <> 'sent' OR sent_units = units", name="sent_in_full"),
        sa.CheckConstraint(
            "state NOT IN ('done', 'completed') OR (proof <> '' AND proof_on IS NOT NULL)",
            name="done_with_proof",
        ),
        sa.CheckConstraint(
            "(proof_minor IS NULL) = (proof_currency IS NULL)", name="receipt_has_a_currency"
        ),
        sa.CheckConstraint(
            "(completion = '') = (completed_on IS NULL) "
            "AND (state <> 'completed' OR completion <> '')",
            name="completed_with_proof",
        ),
        *whole("units", 0, 1000),
        *whole("sent_units", 0, 1000),
        *whole("proof_minor", 1),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("redemption_lines.id"), unique=True)
    work: Mapped[Work]
    state: Mapped[TaskState]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"), index=True)
    due_on: Mapped[date]
    units: Mapped[int]
    sent_units: Mapped[int] = mapped_column(default=0, server_default="0")
    proof: Mapped[str] = mapped_column(default="", server_default="")
    proof_on: Mapped[date | None]
    proof_minor: Mapped[int | None]
    proof_currency: Mapped[str | None]
    completion: Mapped[str] = mapped_column(default="", server_default="")
    completed_on: Mapped[date | None]
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


class Shipment(Model):
    """One parcel: so many units of a line, with whom and since when, and who says it arrived."""

    __tablename__ = "shipments"
    __table_args__ = (
        sa.UniqueConstraint("task_id", "number"),
        *whole("number", 1, 1000),
        *whole("units", 1, 1000),
        sa.CheckConstraint("carrier <> ''", name="sent_by_somebody"),
        sa.CheckConstraint(
            "state <> 'delivered' OR delivered_at IS NOT NULL", name="delivered_has_a_time"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("fulfillment_tasks.id"))
    number: Mapped[int]
    units: Mapped[int]
    carrier: Mapped[str]
    tracking: Mapped[str] = mapped_column(default="", server_default="")
    sent_on: Mapped[date]
    state: Mapped[ShipmentState]
    delivered_at: Mapped[datetime | None]
    proof: Mapped[str] = mapped_column(default="", server_default="")
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class ShipmentEvent(Model):
    """One move of one parcel. Never changed."""

    __tablename__ = "shipment_events"
    __table_args__ = (sa.UniqueConstraint("shipment_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shipment_id: Mapped[int] = mapped_column(sa.ForeignKey("shipments.id"))
    seq: Mapped[int]
    from_state: Mapped[ShipmentState | None]
    to_state: Mapped[ShipmentState]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


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


for _table in ("task_events", "shipment_events"):
    append_only(Model.metadata.tables[_table])
