"""What people asked for: requests, their lines, where a parcel goes, and every move of a line."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    func,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, whole
from redemption.states import LineState, RefundCause


class Redemption(Model):
    """One person's request, from asking to the last line's end."""

    __tablename__ = "redemptions"
    __table_args__ = (
        UniqueConstraint("employee_id", "request_key"),
        UniqueConstraint("id", "employee_id"),
        *whole("total_points", 0),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    reference: Mapped[str] = mapped_column(unique=True)  # R-7KQ2MX: said aloud, not guessed
    request_key: Mapped[str]
    total_points: Mapped[int]
    submitted_at: Mapped[datetime]


class RedemptionLine(Model):
    """One reward of a request. Price and snapshot are frozen; state, version and counters move.

    `reference` is what its pages and letters call it: the one of its request where it is alone
    there, with its position behind where there are others (R-7KQ2MX-2). `recipient_id` is the
    colleague it is given to; who asked pays for it and its limits and approvals are theirs.
    `snapshot` is what was asked for in the words of that day, `content_hash` its digest: a decision
    names the digest it was shown. `returned_units` came back, or never left, after they were spent;
    `returning_units` somebody is about to send back. `version` grows with every touch, so a guarded
    UPDATE can tell.
    """

    __tablename__ = "redemption_lines"
    __table_args__ = (
        UniqueConstraint("redemption_id", "position"),
        UniqueConstraint("reference"),
        UniqueConstraint("id", "employee_id"),
        UniqueConstraint("id", "content_hash"),
        *whole("quantity", 1, 1000),
        *whole("unit_points", 1),
        *whole("amount_minor", 1),
        *whole("budget_points", 0),
        *whole("returned_units", 0),
        *whole("returning_units", 0),
        CheckConstraint("returned_units + returning_units <= quantity", name="units_back_once"),
        CheckConstraint("recipient_id <> employee_id", name="given_to_a_colleague"),
        CheckConstraint("(budget_id IS NULL) = (budget_points = 0)", name="budget_with_points"),
        Index("ix_redemption_lines_state_decide_by", "state", "decide_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemptions.id"))
    position: Mapped[int] = mapped_column(default=1)
    reference: Mapped[str]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"), index=True)
    reward_id: Mapped[int] = mapped_column(ForeignKey("rewards.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), index=True)
    quantity: Mapped[int]
    unit_points: Mapped[int]
    amount_minor: Mapped[int | None]  # for one, where the person entered an amount
    price_version_id: Mapped[int] = mapped_column(ForeignKey("price_versions.id"))
    state: Mapped[LineState]
    hold_id: Mapped[int] = mapped_column(ForeignKey("holds.id"), unique=True)
    budget_id: Mapped[int | None] = mapped_column(ForeignKey("budgets.id"))
    budget_points: Mapped[int] = mapped_column(default=0)
    returned_units: Mapped[int] = mapped_column(default=0, server_default="0")
    returning_units: Mapped[int] = mapped_column(default=0, server_default="0")
    content_hash: Mapped[str]
    snapshot: Mapped[dict[str, Any]]
    decide_by: Mapped[datetime | None]  # nobody decided by then: it ends and the points go back
    decide_before: Mapped[datetime | None]  # no step may wait beyond: the day asked for is over
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def points(self) -> int:
        """What the whole line costs."""
        return self.quantity * self.unit_points

    @hybrid_property
    def holder_id(self) -> int:
        """Whose the voucher or parcel is: the colleague's it is given to, else who asked."""
        return self.employee_id if self.recipient_id is None else self.recipient_id

    @holder_id.inplace.expression
    @classmethod
    def _holder_id(cls) -> ColumnElement[int]:
        return func.coalesce(cls.recipient_id, cls.employee_id)


class LineRefund(Model):
    """What came back of a line after it was spent: points, and the units they were for.

    `kept_points` are those of the units that did not come back, by the terms or because they had
    come back before. `transfer_id` none: no point came back. Never changed.
    """

    __tablename__ = "line_refunds"
    __table_args__ = (
        UniqueConstraint("line_id", "seq"),
        UniqueConstraint("line_id", "source"),
        *whole("seq", 1),
        *whole("units", 0, 1000),
        *whole("points", 0),
        *whole("kept_points", 0),
        CheckConstraint("units > 0 OR points > 0", name="something_back"),
        CheckConstraint("(points > 0) = (transfer_id IS NOT NULL)", name="points_by_a_transfer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("redemption_lines.id"))
    seq: Mapped[int]
    cause: Mapped[RefundCause]
    source: Mapped[str]  # what it was for, once for ever: `return:12`
    units: Mapped[int]
    points: Mapped[int]
    kept_points: Mapped[int]
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("transfers.id"), unique=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class DeliveryAddress(Model):
    """Where a parcel goes. Apart from the line, so that it can be erased when it is delivered."""

    __tablename__ = "delivery_addresses"

    line_id: Mapped[int] = mapped_column(ForeignKey("redemption_lines.id"), primary_key=True)
    recipient: Mapped[str]
    street: Mapped[str]
    postal_code: Mapped[str]
    city: Mapped[str]
    country: Mapped[str]


class RedemptionEvent(Model):
    """One move of one line: from where, to where, by whom, when and why. Never changed."""

    __tablename__ = "redemption_events"
    __table_args__ = (UniqueConstraint("line_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("redemption_lines.id"))
    seq: Mapped[int]  # the line's version after the move: it grows, with gaps
    from_state: Mapped[LineState | None]
    to_state: Mapped[LineState]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


for _table in ("redemption_events", "line_refunds"):
    append_only(Model.metadata.tables[_table])
