"""Metrics, the results reported for them, and the programs that turn results into points."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import LARGEST_AMOUNT, Model, whole
from marketplace.programs.states import MetricUnit, ProgramKind, ProgramState


class Metric(Model):
    """A named quantity. Money is kept in minor units of `currency`; a count in pieces."""

    __tablename__ = "metrics"
    __table_args__ = (
        sa.CheckConstraint("(unit = 'money') = (currency IS NOT NULL)", name="money_has_currency"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    unit: Mapped[MetricUnit]
    currency: Mapped[str | None]


class Result(Model):
    """One reported fact, as it stands now. What it was before is in `result_changes`.

    `group_ref` gathers lines that belong together (an order number); `external_ref` is the fact's
    own name in the system it came from, so that it counts once however often it is reported.
    """

    __tablename__ = "results"
    __table_args__ = (
        sa.UniqueConstraint("metric_id", "external_ref"),
        sa.Index("ix_results_metric_day", "metric_id", "on_day"),
        sa.Index("ix_results_metric_group", "metric_id", "group_ref"),
        sa.Index("ix_results_employee_metric", "employee_id", "metric_id", "on_day"),
        *whole("amount", -LARGEST_AMOUNT),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    metric_id: Mapped[int] = mapped_column(sa.ForeignKey("metrics.id"))
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    on_day: Mapped[date]
    amount: Mapped[int]
    group_ref: Mapped[str]
    external_ref: Mapped[str]
    dimensions: Mapped[dict[str, Any]]
    reported_at: Mapped[datetime]


class StagedResult(Model):
    """A row of a file on its way in, kept until the import is done or forgotten."""

    __tablename__ = "staged_results"

    run_id: Mapped[int] = mapped_column(
        sa.ForeignKey("import_runs.id"), primary_key=True, autoincrement=False
    )
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    on_day: Mapped[date]
    amount: Mapped[int]
    group_ref: Mapped[str]
    external_ref: Mapped[str]
    dimensions: Mapped[dict[str, Any]]


class ResultChange(Model):
    """A correction: what a result was, what it became, who reported it and why."""

    __tablename__ = "result_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    result_id: Mapped[int] = mapped_column(sa.ForeignKey("results.id"), index=True)
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    reason: Mapped[str]
    actor_id: Mapped[int | None]
    at: Mapped[datetime]


class Program(Model):
    """Something that makes points from results between two days, out of one budget."""

    __tablename__ = "programs"
    __table_args__ = (sa.CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[ProgramKind]
    state: Mapped[ProgramState] = mapped_column(default=ProgramState.DRAFT)
    summary: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    budget_id: Mapped[int] = mapped_column(sa.ForeignKey("budgets.id"))
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    created_at: Mapped[datetime]


class ProgramRule(Model):
    """A version of what a program pays for. A new version is a new row; old awards name theirs.

    `points` for every whole `per_amount` (minor units of money, or pieces) of a group.
    """

    __tablename__ = "program_rules"
    __table_args__ = (
        sa.UniqueConstraint("program_id", "version"),
        *whole("points", 1),
        *whole("per_amount", 1),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"))
    version: Mapped[int]
    metric_id: Mapped[int] = mapped_column(sa.ForeignKey("metrics.id"))
    points: Mapped[int]
    per_amount: Mapped[int]
    actor_id: Mapped[int | None]
    at: Mapped[datetime]


class ProgramEvent(Model):
    """One move in a program's life: from, to, who, when, why."""

    __tablename__ = "program_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"), index=True)
    from_state: Mapped[ProgramState | None]
    to_state: Mapped[ProgramState]
    actor_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


for _name in ("result_changes", "program_rules", "program_events"):
    append_only(Model.metadata.tables[_name])
