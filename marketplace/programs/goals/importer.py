"""Targets from files, long or with a column per month: read, matched to people, imported."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.imports.registry import Example, Files, Found, Option, Run, register
from marketplace.kernel.db import Model, in_batches, session
from marketplace.kernel.errors import DomainError
from marketplace.kernel.tabular import Row, RowError, load_lookups, read_rows
from marketplace.kernel.tabular.problems import row_error
from marketplace.programs.goals.example import EXAMPLE
from marketplace.programs.importer import amount_in, people_named_in, person_in
from marketplace.programs.models import Metric, StagedTarget
from marketplace.programs.operations.settlement import settle_metric
from marketplace.programs.operations.targets import Aim, record_targets
from marketplace.programs.queries import metric_choices, metric_named

COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class StagedAim:
    """A target and where it stood: `part` numbers the month columns of a wide row."""

    line: int
    part: int
    aim: Aim


class TargetsImporter:
    """Targets of one metric. Importing them settles the programs that live on it."""

    kind = "targets"
    title = "Targets"
    lead = "What each person is to reach in a month, a quarter or between two days."
    count_labels = {  # noqa: RUF012  read only
        "new": "new",
        "changed": "corrected",
        "unchanged": "unchanged",
        "withdrawn": "withdrawn as missing",
        "people": "people concerned",
        "points_given": "points given",
        "points_taken_back": "points taken back",
        "points_waiting": "points waiting for their budget",
    }
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
        metric = metric_named(str(run.options.get("metric", "")))
        lookups = load_lookups(run.profile, given=files.lookups)
        find = people_named_in(run, "targets")
        last_line, part = 0, 0
        for row in read_rows(files.main, run.profile, lookups):
            if isinstance(row, RowError):
                yield row
                continue
            part = part + 1 if row.line == last_line else 0
            last_line = row.line
            yield _aim(row, part, metric, find)

    def stage(self, run: Run, rows: Sequence[StagedAim]) -> None:
        """Keep a batch of targets."""
        session().execute(
            sa.insert(Model.metadata.tables["staged_targets"]),
            [
                {
                    "run_id": run.id,
                    "line": row.line,
                    "part": row.part,
                    "employee_id": row.aim.employee_id,
                    "starts_on": row.aim.starts_on,
                    "ends_on": row.aim.ends_on,
                    "amount": row.aim.amount,
                }
                for row in rows
            ],
        )

    def check(self, run: Run, *, at: datetime) -> Found:
        """Do it all and take it back, so that the dry run says exactly what would happen."""
        doubled = _doubled(run.id)
        bad = sorted({error.line for error in doubled})
        _drop_lines(run.id, bad)
        trial = session().begin_nested()
        try:
            found = self._import(run, Actor.system(), at)
        except DomainError as refusal:
            stop = row_error(0, "", "", refusal.message, "Change that, then check the file again.")
            return Found(counts={}, good_rows=0, bad_rows=len(bad), problems=[*doubled, stop])
        finally:
            trial.rollback()
        return Found(found.counts, found.good_rows, len(bad), doubled)

    def apply(self, run: Run, *, actor: Actor, at: datetime) -> Found:
        """Keep the staged targets and settle what they touch."""
        return self._import(run, actor, at)

    def forget(self, run_id: int) -> None:
        """Delete the staged targets of a run."""
        session().execute(sa.delete(StagedTarget).where(StagedTarget.run_id == run_id))

    def _import(self, run: Run, actor: Actor, at: datetime) -> Found:
        metric = metric_named(str(run.options.get("metric", "")))
        report = record_targets(
            metric.id,
            _staged(run.id),
            is_complete=bool(run.options.get(COMPLETE)),
            reason=f"Import {run.id}",
            actor=actor,
            at=at,
        )
        changes = report.new + report.changed + report.withdrawn
        settled = settle_metric(metric.id, None, actor=actor, at=at) if changes else {}
        counts = {
            "new": report.new,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "withdrawn": report.withdrawn,
            "people": max((award.people for award in settled.values()), default=0),
            "points_given": sum(award.points_given for award in settled.values()),
            "points_taken_back": sum(award.points_taken_back for award in settled.values()),
            "points_waiting": sum(award.waiting for award in settled.values()),
        }
        return Found(counts=counts, good_rows=changes, bad_rows=0)


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
    doubled = (
        sa.select(*of)
        .where(StagedTarget.run_id == run_id)
        .group_by(*of)
        .having(sa.func.count() > 1)
        .subquery()
    )
    rows = session().execute(
        sa.select(StagedTarget.line, StagedTarget.starts_on)
        .join(
            doubled,
            sa.and_(
                StagedTarget.employee_id == doubled.c.employee_id,
                StagedTarget.starts_on == doubled.c.starts_on,
                StagedTarget.ends_on == doubled.c.ends_on,
            ),
        )
        .where(StagedTarget.run_id == run_id)
        .order_by(StagedTarget.line, StagedTarget.starts_on)
    )
    return [
        row_error(
            line,
            "date",
            starts_on.isoformat(),
            "Another row of this file has a target for the same person and days.",
            "One target for each person and month.",
        )
        for line, starts_on in rows
    ]


def _drop_lines(run_id: int, lines: Sequence[int]) -> None:
    for batch in in_batches(lines):
        session().execute(
            sa.delete(StagedTarget).where(
                StagedTarget.run_id == run_id, StagedTarget.line.in_(batch)
            )
        )


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
