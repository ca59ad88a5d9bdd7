"""Budgets: an amount of points, what is reserved of it, what is spent, and each change."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.budgets.states import BudgetPurpose, EntryKind, Every, Leftover, TransferState
from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import HOT_ROWS, LARGEST_AMOUNT, Model, one_of, whole


class Budget(Model):
    """Whose points, for what, and from when to when (both days count).

    `parent_id` makes a tree of cost centers. A budget gives only what it has itself; the tree sums.
    """

    __tablename__ = "budgets"
    __table_args__ = (
        one_of("purpose", BudgetPurpose),
        sa.CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        sa.CheckConstraint("name <> '' AND slug <> ''", name="named"),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_under_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    purpose: Mapped[BudgetPurpose]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("departments.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("budgets.id"), index=True)
    cost_center: Mapped[str] = mapped_column(default="", server_default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class BudgetBalance(Model):
    """The counters of a budget. The database refuses more than `amount`."""

    __tablename__ = "budget_balances"
    __table_args__ = (
        *whole("amount", 0),
        *whole("reserved", 0),
        *whole("spent", 0),
        sa.CheckConstraint("reserved + spent <= amount", name="never_overspent"),
        HOT_ROWS,
    )

    budget_id: Mapped[int] = mapped_column(
        sa.ForeignKey("budgets.id"), primary_key=True, autoincrement=False
    )
    amount: Mapped[int] = mapped_column(default=0, server_default="0")
    reserved: Mapped[int] = mapped_column(default=0, server_default="0")
    spent: Mapped[int] = mapped_column(default=0, server_default="0")

    @hybrid_property
    def left(self) -> int:
        """Points that may still be reserved or spent; in a statement, a column of it."""
        return self.amount - self.reserved - self.spent


class BudgetEntry(Model):
    """One change of a budget; the same kind and reference happen once. Never changed.

    `points` are positive; only funding may be negative, when an amount is lowered.
    """

    __tablename__ = "budget_entries"
    __table_args__ = (
        sa.UniqueConstraint("budget_id", "kind", "reference"),
        one_of("kind", EntryKind),
        *whole("points", -LARGEST_AMOUNT),
        sa.CheckConstraint("points > 0 OR (kind = 'fund' AND points < 0)", name="direction"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    budget_id: Mapped[int] = mapped_column(sa.ForeignKey("budgets.id"))
    kind: Mapped[EntryKind]
    points: Mapped[int]
    reference: Mapped[str]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    actor_id: Mapped[int | None]
    at: Mapped[datetime]


class BudgetRefill(Model):
    """By what rule a budget is refilled from the day `starts_on`, as long as it runs.

    `points` each time, or for each active person of its department when `per_head`. Everything
    that came due until `done_until` was seen to, also where it brought nothing.
    """

    __tablename__ = "budget_refills"
    __table_args__ = (
        one_of("every", Every),
        one_of("leftover", Leftover),
        *whole("points", 1),
    )

    budget_id: Mapped[int] = mapped_column(
        sa.ForeignKey("budgets.id"), primary_key=True, autoincrement=False
    )
    every: Mapped[Every]
    points: Mapped[int]
    per_head: Mapped[bool]
    leftover: Mapped[Leftover]
    starts_on: Mapped[date]
    done_until: Mapped[date | None]
    set_by_id: Mapped[int | None]
    set_at: Mapped[datetime]


class BudgetTransfer(Model):
    """Points that are to go from one budget to another, once a second person agrees."""

    __tablename__ = "budget_transfers"
    __table_args__ = (
        one_of("state", TransferState),
        *whole("points", 1),
        sa.CheckConstraint("from_id <> to_id", name="between_two_budgets"),
        sa.CheckConstraint(
            "state IN ('asked', 'withdrawn') OR (decided_by_id IS NOT NULL AND "
            "decided_by_id <> asked_by_id)",
            name="decided_by_another",
        ),
        sa.CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided_at_some_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(sa.ForeignKey("budgets.id"), index=True)
    to_id: Mapped[int] = mapped_column(sa.ForeignKey("budgets.id"), index=True)
    points: Mapped[int]
    reason: Mapped[str]
    state: Mapped[TransferState] = mapped_column(default=TransferState.ASKED, index=True)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="", server_default="")


append_only(Model.metadata.tables["budget_entries"])
