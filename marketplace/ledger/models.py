"""Accounts, transfers, lots and holds.

Rows that count (`account_balances`, `lots`, `holds`) change by guarded UPDATEs only; rows that tell
(`transfers`, `lot_moves`) never change. A counter stands in a narrow table that no foreign key
points at, because PostgreSQL degrades under a hot row with an incoming key.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import HOT_ROWS, LARGEST_AMOUNT, Model, one_of, whole
from marketplace.ledger.states import (
    RESOLVING,
    REVERSING,
    AccountKind,
    HoldState,
    LotMoveKind,
    TransferKind,
)
from marketplace.ledger.triggers import fit_together, keep_closed


def _words(kinds: Any) -> str:
    return ", ".join(f"'{kind.value}'" for kind in kinds)


class Account(Model):
    """A place where points are. `owner_id` is an employee, a budget, or 0 for the organization."""

    __tablename__ = "accounts"
    __table_args__ = (
        sa.UniqueConstraint("kind", "owner_id"),
        one_of("kind", AccountKind),
        sa.CheckConstraint(
            "(kind IN ('member', 'budget')) = (owner_id > 0) AND owner_id >= 0",
            name="owner_fits_kind",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AccountKind]
    owner_id: Mapped[int]
    opened_at: Mapped[datetime]


class AccountBalance(Model):
    """What a member has. Spendable are `posted - held - floor`.

    `floor` is 0, or minus what the member owes after a claw-back that found too little; points that
    come later fill it first.
    """

    __tablename__ = "account_balances"
    __table_args__ = (
        *whole("posted", -LARGEST_AMOUNT),
        *whole("held", 0),
        *whole("floor", -LARGEST_AMOUNT, 0),
        sa.CheckConstraint("posted - held >= floor", name="covered"),
        HOT_ROWS,
    )

    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("accounts.id"), primary_key=True, autoincrement=False
    )
    posted: Mapped[int] = mapped_column(default=0, server_default="0")
    held: Mapped[int] = mapped_column(default=0, server_default="0")
    floor: Mapped[int] = mapped_column(default=0, server_default="0")


class Transfer(Model):
    """Points on their way from one account to another. Balanced by construction, never changed."""

    __tablename__ = "transfers"
    __table_args__ = (
        *whole("amount", 1),
        one_of("kind", TransferKind),
        sa.CheckConstraint("debit_id <> credit_id", name="between_two_accounts"),
        sa.CheckConstraint(
            f"(kind IN ({_words(RESOLVING)})) = (pending_id IS NOT NULL)", name="resolves_a_hold"
        ),
        sa.CheckConstraint(
            f"(kind IN ({_words(REVERSING)})) = (reverses_id IS NOT NULL)",
            name="reverses_a_transfer",
        ),
        sa.Index("uq_transfers_pending_id", "pending_id", unique=True),
        sa.Index(
            "uq_transfers_graced",
            "reverses_id",
            unique=True,
            sqlite_where=sa.text("kind = 'grace'"),
            postgresql_where=sa.text("kind = 'grace'"),
        ),
        sa.Index("ix_transfers_reverses_id", "reverses_id"),
        sa.Index("uq_transfers_kind_source_key", "kind", "source_key", unique=True),
        sa.Index("ix_transfers_debit_id_id", "debit_id", "id"),
        sa.Index("ix_transfers_credit_id_id", "credit_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TransferKind]
    debit_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"))
    credit_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"))
    amount: Mapped[int]
    pending_id: Mapped[int | None] = mapped_column(sa.ForeignKey("transfers.id"))
    reverses_id: Mapped[int | None] = mapped_column(sa.ForeignKey("transfers.id"))
    source_key: Mapped[str | None]
    journal: Mapped[str]
    reference: Mapped[str]
    reason: Mapped[str]
    actor_id: Mapped[int | None]
    occurred_at: Mapped[datetime]
    posted_at: Mapped[datetime]


append_only(Model.metadata.tables["transfers"])
fit_together(Model.metadata.tables["transfers"])


class Lot(Model):
    """A dated parcel of earned points. `closed_at`: past its day with nothing left or held.

    `grant_id` is the grant its points were earned by; of a lot that goes on with points of another,
    that lot's. `country` is where its person was when they were earned, for the books.
    """

    __tablename__ = "lots"
    __table_args__ = (
        *whole("granted", 1),
        *whole("remaining", 0),
        *whole("held", 0),
        sa.CheckConstraint("held <= remaining AND remaining <= granted", name="within_grant"),
        sa.CheckConstraint("country IS NULL OR length(country) = 2", name="country_of_two_letters"),
        sa.Index(
            "ix_lots_open",
            "account_id",
            "expires_at",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index(
            "ix_lots_due",
            "expires_at",
            sqlite_where=sa.text("closed_at IS NULL AND expires_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND expires_at IS NOT NULL"),
        ),
        HOT_ROWS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"))
    transfer_id: Mapped[int] = mapped_column(sa.ForeignKey("transfers.id"), unique=True)
    grant_id: Mapped[int] = mapped_column(sa.ForeignKey("transfers.id"), index=True)
    country: Mapped[str | None]
    granted: Mapped[int]
    remaining: Mapped[int]
    held: Mapped[int] = mapped_column(default=0, server_default="0")
    expires_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class LotMove(Model):
    """A change of a lot and the transfer behind it. Never changed."""

    __tablename__ = "lot_moves"
    __table_args__ = (
        sa.UniqueConstraint("lot_id", "transfer_id", "kind"),
        one_of("kind", LotMoveKind),
        *whole("delta", -LARGEST_AMOUNT),
        sa.CheckConstraint("delta <> 0 AND (delta > 0) = (kind = 'refund')", name="direction"),
        sa.Index("ix_lot_moves_transfer_id", "transfer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(sa.ForeignKey("lots.id"))
    transfer_id: Mapped[int] = mapped_column(sa.ForeignKey("transfers.id"))
    kind: Mapped[LotMoveKind]
    delta: Mapped[int]


append_only(Model.metadata.tables["lot_moves"])


class Hold(Model):
    """Points set aside for one request, until `expires_at` at the latest.

    `refunded` is what came back of a capture so far; `resolved_at` when its last change was.
    """

    __tablename__ = "holds"
    __table_args__ = (
        *whole("amount", 1),
        *whole("refunded", 0),
        one_of("state", HoldState),
        sa.CheckConstraint(
            "refunded <= amount AND (state = 'refunded') = (refunded = amount) "
            "AND (refunded = 0 OR state IN ('captured', 'refunded'))",
            name="refunded_within",
        ),
        sa.CheckConstraint("(state = 'open') = (resolved_at IS NULL)", name="resolved_has_a_time"),
        sa.Index("ix_holds_account_id", "account_id"),
        sa.Index(
            "ix_holds_open",
            "expires_at",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"))
    transfer_id: Mapped[int] = mapped_column(sa.ForeignKey("transfers.id"), unique=True)
    reference: Mapped[str] = mapped_column(unique=True)
    amount: Mapped[int]
    refunded: Mapped[int] = mapped_column(default=0, server_default="0")
    state: Mapped[HoldState] = mapped_column(default=HoldState.OPEN)
    expires_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]


class HoldLot(Model):
    """Which lots a hold is made of, so that released points go back to the same ones."""

    __tablename__ = "hold_lots"
    __table_args__ = (*whole("amount", 1), sa.Index("ix_hold_lots_lot_id", "lot_id"))

    hold_id: Mapped[int] = mapped_column(
        sa.ForeignKey("holds.id"), primary_key=True, autoincrement=False
    )
    lot_id: Mapped[int] = mapped_column(
        sa.ForeignKey("lots.id"), primary_key=True, autoincrement=False
    )
    amount: Mapped[int]


append_only(Model.metadata.tables["hold_lots"])


class LedgerPeriod(Model):
    """A stretch of time whose books are closed: what was posted before `ends_at` stays as it is.

    It begins where the one before ends, the first one with the first transfer. `seal` is the digest
    of its transfers and of the seal before; `last_transfer_id` the newest of all when it closed.
    Never changed.
    """

    __tablename__ = "ledger_periods"
    __table_args__ = (
        *whole("transfers", 0),
        sa.CheckConstraint("closed_at > ends_at", name="closed_when_over"),
        sa.CheckConstraint("length(seal) = 64", name="sealed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(unique=True)
    transfers: Mapped[int]
    last_transfer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("transfers.id"))
    seal: Mapped[str]
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    closed_at: Mapped[datetime]


append_only(Model.metadata.tables["ledger_periods"])
keep_closed(Model.metadata.tables["ledger_periods"])


class PointValueRate(Model):
    """What points are worth in a country from a day on: `minor` per `per_points` points."""

    __tablename__ = "point_values"
    __table_args__ = (
        sa.UniqueConstraint("country", "valid_from"),
        *whole("minor", 1),
        *whole("per_points", 1),
        sa.CheckConstraint("length(country) = 2", name="country_of_two_letters"),
        sa.CheckConstraint("length(currency) = 3", name="currency_of_three_letters"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str]
    currency: Mapped[str]
    minor: Mapped[int]
    per_points: Mapped[int]
    valid_from: Mapped[date]
