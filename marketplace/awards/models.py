"""Awards: points granted, with the program, the rule version and the reason behind each."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import LARGEST_AMOUNT, PREPARES, Model, whole


class Award(Model):
    """What one person got, or gave back, for one subject of one program. Never changed.

    The sum over all revisions of a subject is what the person has for it. `explanation` is what the
    page says: event, rule and the sum in words. From `kept_from` on, points given here stay
    whatever is corrected; None: until the program is settled they may be taken back.
    """

    __tablename__ = "awards"
    __table_args__ = (
        sa.UniqueConstraint("program_id", "subject", "employee_id", "revision"),
        *whole("points", -LARGEST_AMOUNT),
        *whole("revision", 1),
        sa.CheckConstraint("points <> 0", name="points_not_zero"),
        sa.Index("ix_awards_employee_id_program_id", "employee_id", "program_id"),
        sa.Index("ix_awards_program_id_occurred_on", "program_id", "occurred_on"),
        sa.Index("ix_awards_budget_id", "budget_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int]
    rule_version: Mapped[int]
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    subject: Mapped[str]
    revision: Mapped[int]
    points: Mapped[int]
    reason: Mapped[str]
    explanation: Mapped[dict[str, Any]]
    budget_id: Mapped[int] = mapped_column(sa.ForeignKey("budgets.id"))
    transfer_id: Mapped[int] = mapped_column(sa.ForeignKey("transfers.id"), unique=True)
    occurred_on: Mapped[date]
    granted_at: Mapped[datetime]
    kept_from: Mapped[datetime | None]


append_only(Model.metadata.tables["awards"])


class ProgramSettlement(Model):
    """One row a program, locked while its awards are settled, so that two runs never interleave."""

    __tablename__ = "program_settlements"
    __table_args__ = PREPARES

    program_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    settled_at: Mapped[datetime]


class WaitingSettlement(Model):
    """A program whose awards its budget could not give: nothing of them was granted.

    `is_final` when it was being settled for good, with the `seal` of what was shown before. Gone as
    soon as everything could be granted.
    """

    __tablename__ = "waiting_settlements"
    __table_args__ = (*whole("needed", 1), *whole("left_then", 0))

    program_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    budget_id: Mapped[int] = mapped_column(sa.ForeignKey("budgets.id"), index=True)
    needed: Mapped[int]
    left_then: Mapped[int]
    is_final: Mapped[bool]
    seal: Mapped[str]
    since: Mapped[datetime]
    tried_at: Mapped[datetime]
