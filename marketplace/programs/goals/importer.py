"""Targets from files, long or with a column per month: read, matched to people, imported."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.imports.registry import Example, Files, Found, Option, Run, register
from marketplace.imports.staging import StagedImporter, doubled_rows
from marketplace.kernel.db import session
from marketplace.kernel.tabular import Row, RowError
from marketplace.kernel.tabular.problems import row_error
from marketplace.programs.goals.example import EXAMPLE
from marketplace.programs.models import Metric, StagedTarget
from marketplace.programs.operations.settlement import settle_metric
from marketplace.programs.operations.targets import Aim, record_targets
from marketplace.programs.queries import metric_choices
from marketplace.programs.queries.rules import metric_words
from marketplace.programs.rows import (
    COMPLETE,
    HELD_LABEL,
    SETTLED_LABELS,
    amount_in,
    counts_of,
    metric_of,
    people_concerned,
    people_named_in,
    person_in,
    rows_in,
    with_parts,
)
from marketplace.web.filters import day


@dataclass(frozen=True, slots=True)
class StagedAim:
    """A target and where it stood: `part` numbers the month columns of a wide row."""

    line: int
    part: int
    aim: Aim


class TargetsImporter(StagedImporter):
    """Targets of one metric. Importing them settles the programs that live on it."""

    staged = StagedTarget
    kind = "targets"
    title = "Targets"
    lead = "What each person is to reach in a month, a quarter or between two days."
    count_labels = {  # noqa: RUF012  read only
        "new": "new",
        "changed": "corrected",
        "unchanged": "unchanged",
        "withdrawn": "withdrawn as missing",
        "people": "people concerned",
        **SETTLED_LABELS,
        **HELD_LABEL,
    }
    of_whole = (COMPLETE,)
    example: Example = EXAMPLE
    options: Sequence[Option] = (
        Option(
            "metric", "Metric", "What is to be reached.", choices=metric_choices, is_needed=True
        ),
        Option(
            COMPLETE,
            "The file is all there is between its first and last day",
            "Targets of those days that are missing from it are withdrawn.",
        ),
    )

    def rows(self, run: Run, files: Files) -> Iterator[StagedAim | RowError]:
        """The targets of the file, each with the person it belongs to."""
        metric, find = metric_of(run), people_named_in(run, "targets")
        for row, part in with_parts(rows_in(run, files)):
            yield row if isinstance(row, RowError) else _aim(row, part, metric, find)

    def kept(self, row: StagedAim) -> dict[str, Any]:
        """The target, and where it stood."""
        return {
            "line": row.line,
            "part": row.part,
            "employee_id": row.aim.employee_id,
            "starts_on": row.aim.starts_on,
            "ends_on": row.aim.ends_on,
            "amount": row.aim.amount,
        }

    def doubled(self, run_id: int) -> list[RowError]:
        """Two targets of one person and the same days."""
        return _doubled(run_id)

    def told(self, run: Run) -> list[str]:
        """Days and amount of each target."""
        words = metric_words([metric_of(run).id])[metric_of(run).id]
        return [
            f"{day(aim.starts_on)} to {day(aim.ends_on)}: {words.in_words(aim.amount)}"
            for aim in _staged(run.id)
        ]

    def bring_in(self, run: Run, actor: Actor, at: datetime) -> Found:
        """Record the targets and settle the programs that read the metric, if any changed."""
        metric = metric_of(run)
        report = record_targets(
            metric.id,
            _staged(run.id),
            is_complete=bool(run.options.get(COMPLETE)),
            beside=_staged(run.aside_id) if run.aside_id else (),
            reason=f"Import {run.id}",
            actor=actor,
            at=at,
        )
        settled = settle_metric(metric.id, None, actor=actor, at=at) if report.made else {}
        reports = list(settled.values())
        counts = {**counts_of(report, reports), **people_concerned(reports)}
        return Found(counts=counts, good_rows=report.made, bad_rows=0)


def _aim(row: Row, part: int, metric: Metric, find: dict[str, int]) -> StagedAim | RowError:
    employee_id, amount = person_in(row, find), amount_in(row, metric)
    if isinstance(employee_id, RowError):
        return employee_id
    if isinstance(amount, RowError):
        return amount
    if amount < 0:
        return row_error(
            row.line, "amount", row.amount, "A target can't be below 0.", "An amount from 0."
        )
    days = _days(row)
    if isinstance(days, RowError):
        return days
    return StagedAim(row.line, part, Aim(employee_id, *days, amount))


def _days(row: Row) -> tuple[date, date] | RowError:
    """The days of a target: from `date` to `until`, or the calendar month `date` lies in."""
    starts_on, ends_on = row.day("date"), row.day("until")
    assert starts_on is not None, "the reader refuses a row without a date"
    if ends_on is None:
        last = monthrange(starts_on.year, starts_on.month)[1]
        return starts_on.replace(day=1), starts_on.replace(day=last)
    if ends_on < starts_on:
        return row_error(
            row.line,
            "until",
            ends_on.isoformat(),
            f"This is before the first day, {starts_on.isoformat()}.",
            "A last day that is not before the first.",
        )
    return starts_on, ends_on


def _doubled(run_id: int) -> list[RowError]:
    """Two targets of one person and the same days: nobody knows which holds, so both are named."""
    of = (StagedTarget.employee_id, StagedTarget.starts_on, StagedTarget.ends_on)
    found = doubled_rows(StagedTarget, run_id, of, StagedTarget.starts_on)
    return [
        row_error(
            line,
            "date",
            starts_on.isoformat(),
            "Another row of this file has a target for the same person and days.",
            "One target for each person and month.",
        )
        for line, starts_on in found
    ]


def _staged(run_id: int) -> Iterator[Aim]:
    rows = session().execute(
        sa.select(
            StagedTarget.employee_id,
            StagedTarget.starts_on,
            StagedTarget.ends_on,
            StagedTarget.amount,
        )
        .where(StagedTarget.run_id == run_id)
        .order_by(StagedTarget.line, StagedTarget.part)
    )
    return (Aim(*row) for row in rows)


register(TargetsImporter())
