"""Budgets: an amount of points, what is reserved of it, what is spent, and each change."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.budgets.states import BudgetPurpose, EntryKind
from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import HOT_ROWS, LARGEST_AMOUNT, Model, one_of, whole


class Budget(Model):
    """Whose points, for what, and from when to when (both days count)."""

    __tablename__ = "budgets"
    __table_args__ = (
        one_of("purpose", BudgetPurpose),
        sa.CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        sa.CheckConstraint("name <> '' AND slug <> ''", name="named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    purpose: Mapped[BudgetPurpose]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("departments.id"), index=True)
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


append_only(Model.metadata.tables["budget_entries"])
