"""Codes bought in bulk: the stock they make, the files they came in, and who waits for one.

No code is stored in clear. Its keyed digest keeps it from coming twice, its sealed form becomes a
voucher, its last four signs let people talk about it.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, whole
from redemption.codes.states import BatchState, CodeState, Outcome

_HELD = sa.text("state IN ('claimed', 'issued')")
_OPEN = sa.text("settled_at IS NULL")


class CodePool(Model):
    """The codes in stock of one variant: how it is counted, and when to raise the alarm.

    The variant's capacity is what of them is good, plus `owed`: units that were promised and have
    no code (any more), plus `elsewhere`: units that went without a code of this stock. `low_since`:
    at most `low_at` have been free since then, and those who buy were told.
    """

    __tablename__ = "code_pools"
    __table_args__ = (
        *whole("low_at", 0, 100_000),
        *whole("guard_days", 0, 366),
        *whole("owed", 0),
        *whole("elsewhere", 0),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"), unique=True)
    low_at: Mapped[int]
    guard_days: Mapped[int]
    how: Mapped[str] = mapped_column(default="", server_default="")
    owed: Mapped[int] = mapped_column(default=0, server_default="0")
    elsewhere: Mapped[int] = mapped_column(default=0, server_default="0")
    low_since: Mapped[datetime | None]
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    opened_at: Mapped[datetime]


class CodeBatch(Model):
    """One file of codes. Between the check and the loading its good rows wait sealed, as one text.

    `digest` finds the same file again. `problems` say line, last signs and reason, never a code.
    """

    __tablename__ = "code_batches"
    __table_args__ = (
        *whole("good_rows", 0, 100_000),
        *whole("known_rows", 0, 100_000),
        *whole("bad_rows", 0, 100_000),
        *whole("unit_cost_minor", 0),
        sa.CheckConstraint(
            "(sealed IS NOT NULL) = (state = 'checked')", name="sealed_until_loaded"
        ),
        sa.CheckConstraint(
            "(unit_cost_minor IS NULL) = (cost_currency IS NULL)", name="cost_in_a_currency"
        ),
        sa.Index("ix_code_batches_pool_id", "pool_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(sa.ForeignKey("code_pools.id"))
    state: Mapped[BatchState]
    file_name: Mapped[str]
    digest: Mapped[str] = mapped_column(index=True)
    good_rows: Mapped[int]
    known_rows: Mapped[int]
    bad_rows: Mapped[int]
    problems: Mapped[dict[str, Any]]
    sealed: Mapped[bytes | None]
    unit_cost_minor: Mapped[int | None]
    cost_currency: Mapped[str | None]
    supplier: Mapped[str] = mapped_column(default="", server_default="")
    reference: Mapped[str] = mapped_column(default="", server_default="")
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    checked_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class CodeBatchEvent(Model):
    """One move of one file: by whom, when, how many codes it moved, and why. Never changed."""

    __tablename__ = "code_batch_events"
    __table_args__ = (sa.UniqueConstraint("batch_id", "seq"), *whole("codes", 0, 100_000))

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("code_batches.id"))
    seq: Mapped[int]
    from_state: Mapped[BatchState | None]
    to_state: Mapped[BatchState]
    codes: Mapped[int]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class StockCode(Model):
    """One code. A unit holds one at a time; `issue` tells the codes that a unit had one by one."""

    __tablename__ = "stock_codes"
    __table_args__ = (
        sa.Index(
            "uq_stock_codes_unit",
            "line_id",
            "unit_no",
            unique=True,
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
        sa.Index("ix_stock_codes_next", "pool_id", "state", "valid_until", "id"),
        sa.Index("ix_stock_codes_batch_id", "batch_id", "id"),
        *whole("unit_no", 1, 1000),
        *whole("issue", 1, 1000),
        sa.CheckConstraint("length(last4) = 4", name="last_four"),
        sa.CheckConstraint(
            "state NOT IN ('free', 'withdrawn') OR line_id IS NULL", name="free_is_nobodys"
        ),
        sa.CheckConstraint(
            "state NOT IN ('claimed', 'issued') OR (line_id IS NOT NULL AND unit_no IS NOT NULL "
            "AND issue IS NOT NULL)",
            name="given_to_a_unit",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(sa.ForeignKey("code_pools.id"))
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("code_batches.id"))
    fingerprint: Mapped[str] = mapped_column(unique=True)
    cipher: Mapped[bytes]
    last4: Mapped[str]
    valid_until: Mapped[date | None]
    state: Mapped[CodeState]
    line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("redemption_lines.id"))
    unit_no: Mapped[int | None]
    issue: Mapped[int | None]
    given_at: Mapped[datetime | None]  # when it became a voucher last
    since: Mapped[datetime]  # since when it is where it is
    version: Mapped[int] = mapped_column(default=1)


class StockCodeEvent(Model):
    """One move of one code: from where, to where, for which line, by whom, why. Never changed."""

    __tablename__ = "stock_code_events"
    __table_args__ = (sa.UniqueConstraint("code_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code_id: Mapped[int] = mapped_column(sa.ForeignKey("stock_codes.id"))
    seq: Mapped[int]
    from_state: Mapped[CodeState | None]
    to_state: Mapped[CodeState]
    line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("redemption_lines.id"))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class CodeWait(Model):
    """A unit that waits for a code, since when; `replaces`: it had one that did not work."""

    __tablename__ = "code_waits"
    __table_args__ = (
        *whole("unit_no", 1, 1000),
        sa.Index("ix_code_waits_oldest", "pool_id", "since", "line_id", "unit_no"),
    )

    line_id: Mapped[int] = mapped_column(
        sa.ForeignKey("redemption_lines.id"), primary_key=True, autoincrement=False
    )
    unit_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pool_id: Mapped[int] = mapped_column(sa.ForeignKey("code_pools.id"))
    replaces: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime]


class CodeReport(Model):
    """Somebody's word that a code doesn't work, and what came of it.

    `code_id` none: a provider made the card, and its voucher names the order.
    """

    __tablename__ = "code_reports"
    __table_args__ = (
        sa.Index(
            "uq_code_reports_open",
            "voucher_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (outcome IS NULL)", name="settled_with_an_outcome"
        ),
        sa.CheckConstraint("words <> ''", name="says_what"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stock_codes.id"), index=True)
    voucher_id: Mapped[int] = mapped_column(sa.ForeignKey("vouchers.id"), index=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("redemption_lines.id"), index=True)
    words: Mapped[str]
    reported_at: Mapped[datetime]
    outcome: Mapped[Outcome | None]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    settled_at: Mapped[datetime | None]


for _table in ("stock_code_events", "code_batch_events"):
    append_only(Model.metadata.tables[_table])
