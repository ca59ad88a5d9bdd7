"""Vouchers and certificates: what a fulfilled line gave, and everything that happened to it.

A code is never stored in clear. Its keyed digest finds it, its sealed form shows it again to the
person it belongs to, its last four symbols let people talk about it.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from catalog.states import Kind
from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, whole
from redemption.vouchers.states import CertificateState, ShownAs, VoucherState


class Voucher(Model):
    """A code with value or a right, one for each unit of a line.

    `initial` and `remaining` are minor units of `currency`; without a currency they count uses.
    `number` names it where its code may not stand. `issued_until` is the last day it was issued
    with, `valid_until` the last day by now. `issue` grows when a voided voucher is replaced by
    another with a new code. What a provider made names its order, what came from the stock of codes
    its code; until when those count is their maker's to say, and often nobody says.
    """

    __tablename__ = "vouchers"
    __table_args__ = (
        sa.UniqueConstraint("line_id", "unit_no", "issue"),
        sa.Index(
            "uq_vouchers_unit_in_force",
            "line_id",
            "unit_no",
            unique=True,
            sqlite_where=sa.text("state <> 'void'"),
            postgresql_where=sa.text("state <> 'void'"),
        ),
        *whole("unit_no", 1, 1000),
        *whole("issue", 1, 1000),
        *whole("initial", 1),
        *whole("remaining", 0),
        sa.CheckConstraint("remaining <= initial", name="never_more_than_issued"),
        sa.CheckConstraint(
            "state NOT IN ('issued', 'active') OR remaining = initial", name="unused_is_whole"
        ),
        sa.CheckConstraint("state <> 'used' OR remaining = 0", name="used_is_empty"),
        sa.CheckConstraint("length(last4) = 4", name="last_four"),
        sa.CheckConstraint(
            "valid_until IS NOT NULL OR provider_order_id IS NOT NULL OR stock_code_id IS NOT NULL",
            name="ours_has_a_last_day",
        ),
        sa.Index(
            "uq_vouchers_stock_code_in_force",
            "stock_code_id",
            unique=True,
            sqlite_where=sa.text("state <> 'void'"),
            postgresql_where=sa.text("state <> 'void'"),
        ),
        sa.Index("ix_vouchers_state_valid_until", "state", "valid_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("redemption_lines.id"))
    unit_no: Mapped[int]
    issue: Mapped[int] = mapped_column(default=1)
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[Kind]
    title: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(unique=True)
    cipher: Mapped[bytes]
    last4: Mapped[str]
    initial: Mapped[int]
    remaining: Mapped[int]
    currency: Mapped[str | None]
    state: Mapped[VoucherState]
    issued_at: Mapped[datetime]
    issued_until: Mapped[date | None]
    valid_until: Mapped[date | None]
    provider_order_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("provider_orders.id"), unique=True
    )
    stock_code_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stock_codes.id"))
    version: Mapped[int] = mapped_column(default=1)

    @hybrid_property
    def is_received(self) -> bool:
        """Whether somebody else made its code: a provider, or whoever sold us codes in bulk."""
        return self.provider_order_id is not None or self.stock_code_id is not None

    @is_received.inplace.expression
    @classmethod
    def _is_received(cls) -> sa.ColumnElement[bool]:
        return sa.or_(cls.provider_order_id.is_not(None), cls.stock_code_id.is_not(None))


class VoucherEvent(Model):
    """One move of one voucher: from where, to where, by whom, when and why. Never changed."""

    __tablename__ = "voucher_events"
    __table_args__ = (sa.UniqueConstraint("voucher_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(sa.ForeignKey("vouchers.id"))
    seq: Mapped[int]
    from_state: Mapped[VoucherState | None]
    to_state: Mapped[VoucherState]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class CodeReveal(Model):
    """One reading of a code: whose eyes, where, when. Never changed."""

    __tablename__ = "code_reveals"

    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(sa.ForeignKey("vouchers.id"), index=True)
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    shown_as: Mapped[ShownAs]
    at: Mapped[datetime]


class Certificate(Model):
    """A thank-you with a number that anyone may check; its words are those of the day of issue.

    It is for a unit of a line, or for a traveler who was on a trip; `reference` is that of the line
    or the booking. `art` are the options of the badge drawn on it.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        sa.UniqueConstraint("line_id", "unit_no"),
        sa.UniqueConstraint("traveler_id", "unit_no"),
        sa.Index(
            "uq_certificates_traveler_in_force",
            "traveler_id",
            unique=True,
            sqlite_where=sa.text("state <> 'void'"),
            postgresql_where=sa.text("state <> 'void'"),
        ),
        *whole("unit_no", 1, 1000),
        sa.CheckConstraint("(line_id IS NULL) <> (traveler_id IS NULL)", name="for_one_thing"),
        sa.CheckConstraint("(state = 'void') = (voided_at IS NOT NULL)", name="void_has_a_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("redemption_lines.id"))
    traveler_id: Mapped[int | None] = mapped_column(sa.ForeignKey("travelers.id"))
    unit_no: Mapped[int]
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), index=True)
    reward_id: Mapped[int] = mapped_column(sa.ForeignKey("rewards.id"))
    reference: Mapped[str] = mapped_column(index=True)
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[Kind]
    title: Mapped[str]
    slug: Mapped[str]
    art: Mapped[dict[str, Any]]
    name: Mapped[str]
    reason: Mapped[str]
    signers: Mapped[list[str]]  # "Omar Haddad, Head of Marketing"
    state: Mapped[CertificateState]
    issued_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]


class LookupCount(Model):
    """How often one address (kept as a digest) looked codes up in one stretch of time."""

    __tablename__ = "lookup_counts"
    __table_args__ = (*whole("lookups", 1),)

    address: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    lookups: Mapped[int]


for _table in ("voucher_events", "code_reveals"):
    append_only(Model.metadata.tables[_table])
