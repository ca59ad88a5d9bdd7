"""Metrics, results and targets, and the programs that turn them into points."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import LARGEST_AMOUNT, PREPARES, Model, one_of, whole
from marketplace.programs.states import Direction, MetricUnit, ProgramKind, ProgramState


class Metric(Model):
    """A named quantity. Money is kept in minor units of `currency`; a count in pieces.

    `source` says where its results come from: the order system, a survey, a person's hand.
    """

    __tablename__ = "metrics"
    __table_args__ = (
        sa.CheckConstraint("(unit = 'money') = (currency IS NOT NULL)", name="money_has_currency"),
        one_of("direction", Direction),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    unit: Mapped[MetricUnit]
    currency: Mapped[str | None]
    direction: Mapped[Direction] = mapped_column(
        default=Direction.HIGHER, server_default=Direction.HIGHER.value
    )
    source: Mapped[str] = mapped_column(default="", server_default="")


class Target(Model):
    """What one person is to reach in a metric between two days (both count): a month, a year."""

    __tablename__ = "targets"
    __table_args__ = (
        sa.UniqueConstraint("metric_id", "employee_id", "starts_on", "ends_on"),
        sa.CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        *whole("amount", 0),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    metric_id: Mapped[int] = mapped_column(sa.ForeignKey("metrics.id"))
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    amount: Mapped[int]
    reported_at: Mapped[datetime]


class TargetChange(Model):
    """A correction of a target: what it was and what it became; without `after` it is withdrawn."""

    __tablename__ = "target_changes"
    __table_args__ = (sa.Index("ix_target_changes_target", "metric_id", "employee_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    metric_id: Mapped[int] = mapped_column(sa.ForeignKey("metrics.id"))
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    before: Mapped[int]
    after: Mapped[int | None]
    reason: Mapped[str]
    actor_id: Mapped[int | None]
    at: Mapped[datetime]


class StagedTarget(Model):
    """A target of a file on its way in, kept until the import is done or forgotten."""

    __tablename__ = "staged_targets"

    run_id: Mapped[int] = mapped_column(
        sa.ForeignKey("import_runs.id"), primary_key=True, autoincrement=False
    )
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    amount: Mapped[int]


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
    """A correction: what a result was, what it became, who reported it and why.

    A result entered by hand begins with one too, whose `before` is empty.
    """

    __tablename__ = "result_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    result_id: Mapped[int] = mapped_column(sa.ForeignKey("results.id"), index=True)
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    reason: Mapped[str]
    actor_id: Mapped[int | None]
    at: Mapped[datetime]


class Program(Model):
    """Something that makes points between two days (both count), out of one budget.

    `evaluated_at` is when its progress was last worked out; None before the first time.
    """

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
    evaluated_at: Mapped[datetime | None]


class ProgramDepartment(Model):
    """A department that a program is for. A program with none is for everyone."""

    __tablename__ = "program_departments"
    __table_args__ = PREPARES

    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"), primary_key=True)
    department_id: Mapped[int] = mapped_column(sa.ForeignKey("departments.id"), primary_key=True)


class ProgramRule(Model):
    """A version of what a program pays for. A new version is a new row; old awards name theirs.

    `terms` are those of the kind of program (`programs.terms`). `claw_back_days` says for how many
    days after a grant points that turn out not to be earned are taken back: None until the
    program is settled, 0 never. `valid_days`: points granted under it expire so many days after
    the day of the grant, at the end of that day in UTC; None never. `last_award_id` is the newest
    award of the program when the version was set, 0 for none: what came by it is newer.
    """

    __tablename__ = "program_rules"
    __table_args__ = (
        sa.UniqueConstraint("program_id", "version"),
        *whole("claw_back_days", 0, 3_660),
        *whole("valid_days", 1, 3_660),
        PREPARES,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"))
    version: Mapped[int]
    terms: Mapped[dict[str, Any]]
    claw_back_days: Mapped[int | None]
    valid_days: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    actor_id: Mapped[int | None]
    last_award_id: Mapped[int] = mapped_column(default=0, server_default="0")
    at: Mapped[datetime]


class RuleMetric(Model):
    """A metric that a version of a rule reads, so that new results find the programs they move."""

    __tablename__ = "rule_metrics"

    rule_id: Mapped[int] = mapped_column(sa.ForeignKey("program_rules.id"), primary_key=True)
    metric_id: Mapped[int] = mapped_column(
        sa.ForeignKey("metrics.id"), primary_key=True, index=True
    )


class ProgramProgress(Model):
    """How far one person is in a program, as it was last worked out: what `/earn` shows.

    `done` of `target` draw the bar (both in the program's own whole numbers; without a target
    there is no bar); `sentence` says it in words.
    """

    __tablename__ = "program_progress"

    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(
        sa.ForeignKey("employees.id"), primary_key=True, index=True
    )
    done: Mapped[int]
    target: Mapped[int | None]
    sentence: Mapped[str]


class ProgramEvent(Model):
    """One move in a program's life: from, to, who, when, why.

    `last_award_id` is the newest award of the program at that moment, 0 for none.
    """

    __tablename__ = "program_events"
    __table_args__ = PREPARES

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"), index=True)
    from_state: Mapped[ProgramState | None]
    to_state: Mapped[ProgramState]
    actor_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")
    last_award_id: Mapped[int] = mapped_column(default=0, server_default="0")
    at: Mapped[datetime]


class EvidenceFile(Model):
    """A file somebody sent as proof, cleaned, in the database so that no disk is shared.

    `subject` names what it proves (`claim:C-7K2M9QF`).
    """

    __tablename__ = "evidence_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(index=True)
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    name: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes]
    added_at: Mapped[datetime]


for _name in (
    "result_changes",
    "target_changes",
    "program_rules",
    "rule_metrics",
    "program_events",
    "evidence_files",
):
    append_only(Model.metadata.tables[_name])
