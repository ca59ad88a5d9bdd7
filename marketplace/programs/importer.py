"""Results from files: read, matched to people, staged, and imported together with their points."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.operations import AwardReport
from marketplace.imports.registry import Files, Found, Option, Run, register
from marketplace.kernel.db import LARGEST_AMOUNT, Model, in_batches, session
from marketplace.kernel.tabular import CannotReadTable, Row, RowError, load_lookups, read_rows
from marketplace.kernel.tabular.problems import row_error
from marketplace.people.queries import employee_ids_by_key
from marketplace.programs.example import EXAMPLE
from marketplace.programs.models import Metric, StagedResult
from marketplace.programs.operations.results import (
    Reported,
    ResultReport,
    record_results,
    withdraw_missing,
)
from marketplace.programs.operations.settlement import settle_metric
from marketplace.programs.queries import metric_choices, metric_named
from marketplace.programs.states import MetricUnit
from marketplace.web.filters import money

COMPLETE = "complete"
LONGEST_REFERENCE = 2_000  # bytes; PostgreSQL indexes no more than 2,704


@dataclass(frozen=True, slots=True)
class StagedFact:
    """A fact and where it stood: `part` numbers the cells of a wide row."""

    line: int
    part: int
    fact: Reported


class ResultsImporter:
    """Facts of one metric. Importing them settles the programs that live on it."""

    kind = "results"
    title = "Results"
    lead = (
        "Sales figures, new clients, anything a program pays for. The same file twice counts once."
    )
    count_labels = {  # noqa: RUF012  read only
        "new": "new",
        "changed": "corrected",
        "unchanged": "unchanged",
        "withdrawn": "taken back as missing",
        "people": "people concerned",
        "points_given": "points given",
        "points_taken_back": "points taken back",
        "points_waiting": "points waiting for their budget",
    }
    example = EXAMPLE
    options: Sequence[Option] = (
        Option("metric", "Metric", "What the amounts are.", choices=metric_choices, is_needed=True),
        Option(
            COMPLETE,
            "The file is all there is between its first and last day",
            "Results of those days that are missing from it are taken back, with their points.",
        ),
    )

    def rows(self, run: Run, files: Files) -> Iterator[StagedFact | RowError]:
        """The facts of the file, each with the person it belongs to."""
        metric = metric_named(str(run.options.get("metric", "")))
        lookups = load_lookups(run.profile, given=files.lookups)
        find = people_named_in(run, "results")
        last_line, part = 0, 0
        for row in read_rows(files.main, run.profile, lookups):
            if isinstance(row, RowError):
                yield row
                continue
            part = part + 1 if row.line == last_line else 0
            last_line = row.line
            yield _fact(row, part, metric, find)

    def stage(self, run: Run, rows: Sequence[StagedFact]) -> None:
        """Keep a batch of facts."""
        session().execute(
            sa.insert(Model.metadata.tables["staged_results"]),
            [
                {
                    "run_id": run.id,
                    "line": row.line,
                    "part": row.part,
                    "employee_id": row.fact.employee_id,
                    "on_day": row.fact.on_day,
                    "amount": row.fact.amount,
                    "group_ref": row.fact.group_ref,
                    "external_ref": row.fact.external_ref,
                    "dimensions": row.fact.dimensions,
                }
                for row in rows
            ],
        )

    def check(self, run: Run, *, at: datetime) -> Found:
        """Do it all and take it back, so that the dry run says exactly what would happen."""
        doubled = _doubled(run.id)
        _drop_lines(run.id, [error.line for error in doubled])
        trial = session().begin_nested()
        try:
            found = self._import(run, Actor.system(), at)
        finally:
            trial.rollback()
        return Found(found.counts, found.good_rows, len(doubled), doubled)

    def apply(self, run: Run, *, actor: Actor, at: datetime) -> Found:
        """Keep the staged facts and settle what they touch."""
        return self._import(run, actor, at)

    def forget(self, run_id: int) -> None:
        """Delete the staged facts of a run."""
        session().execute(sa.delete(StagedResult).where(StagedResult.run_id == run_id))

    def _import(self, run: Run, actor: Actor, at: datetime) -> Found:
        metric = metric_named(str(run.options.get("metric", "")))
        reason = f"Import {run.id}"
        report = record_results(metric.id, _staged(run.id), reason=reason, actor=actor, at=at)
        if run.options.get(COMPLETE):
            withdraw_missing(metric.id, run.id, report, reason=reason, actor=actor, at=at)
        settled = settle_metric(metric.id, report.groups, actor=actor, at=at)
        counts = _counts(report, list(settled.values()))
        return Found(
            counts=counts, good_rows=report.new + report.changed + report.withdrawn, bad_rows=0
        )


def people_named_in(run: Run, what: str) -> dict[str, int]:
    """Employees by what names them in a file. Raises CannotReadTable when that is their name."""
    by = run.profile.person_by
    if by == "name":
        raise CannotReadTable(
            f"Two people may have one name, so {what} can't name people by it. Use their e-mail, "
            "their identity or a row key, or a lookup table that leads there."
        )
    return employee_ids_by_key(None if by == "identity" else by)


def person_in(row: Row, find: dict[str, int]) -> int | RowError:
    """The employee a row is about."""
    person = row.text("person") or ""
    key = person.lower() if "@" in person else person
    if key in find:
        return find[key]
    return row_error(
        row.line,
        "person",
        person,
        "No employee has this.",
        "Import the person first, or correct it.",
    )


def _fact(row: Row, part: int, metric: Metric, find: dict[str, int]) -> StagedFact | RowError:
    employee_id, amount = person_in(row, find), amount_in(row, metric)
    if isinstance(employee_id, RowError):
        return employee_id
    if isinstance(amount, RowError):
        return amount
    on_day = row.day("date")
    assert on_day is not None, "the reader refuses a row without a date"
    dimensions = {name: text for name, text in row.dimensions.items() if text is not None}
    group = row.text("group") or ""
    told = (f"{name}={text}" for name, text in sorted(dimensions.items()))
    reference = row.text("reference") or _own_reference(
        row.text("person") or "", on_day.isoformat(), group, *told
    )
    fact = Reported(employee_id, on_day, amount, group or reference, reference, dimensions)
    return StagedFact(row.line, part, fact)


def _own_reference(*parts: str) -> str:
    """The name of a fact that has none: what it says, or its digest where no index takes that."""
    whole = "|".join(parts)
    if len(whole.encode()) <= LONGEST_REFERENCE:
        return whole
    return f"{whole[:80]}…{hashlib.sha256(whole.encode()).hexdigest()}"


def amount_in(row: Row, metric: Metric) -> int | RowError:
    """The amount of a row in the metric's whole units."""
    amount = _whole_amount(row, metric)
    if isinstance(amount, int) and abs(amount) > LARGEST_AMOUNT:
        most = money(LARGEST_AMOUNT, metric.currency) if metric.currency else f"{LARGEST_AMOUNT:,}"
        enter = f"An amount of at most {most}."
        return row_error(row.line, "amount", row.amount, "This amount is too large.", enter)
    return amount


def _whole_amount(row: Row, metric: Metric) -> int | RowError:
    if metric.unit is MetricUnit.COUNT:
        if row.amount != row.amount.to_integral_value():
            return row_error(
                row.line, "amount", row.amount, "This metric counts pieces.", "A whole number."
            )
        return _within(row, int(row.amount))
    currency = row.text("currency")
    if currency != metric.currency or row.amount_minor is None:
        return row_error(
            row.line,
            "currency",
            currency,
            f"This metric is in {metric.currency}.",
            f"Amounts in {metric.currency}, or choose another metric.",
        )
    return _within(row, row.amount_minor)


def _within(row: Row, amount: int) -> int | RowError:
    if abs(amount) <= LARGEST_AMOUNT:
        return amount
    enter = "The amount of one row; look for a lost decimal mark or a wrong column."
    return row_error(row.line, "amount", row.amount, "This amount is too large.", enter)


def _doubled(run_id: int) -> list[RowError]:
    """Two rows with one reference: neither can be told from the other, so both are named."""
    doubled = (
        sa.select(StagedResult.external_ref)
        .where(StagedResult.run_id == run_id)
        .group_by(StagedResult.external_ref)
        .having(sa.func.count() > 1)
    )
    rows = session().execute(
        sa.select(StagedResult.line, StagedResult.external_ref)
        .where(StagedResult.run_id == run_id, StagedResult.external_ref.in_(doubled))
        .order_by(StagedResult.line)
    )
    return [
        row_error(
            line,
            "reference",
            reference,
            "Another row of this file has the same reference.",
            "A reference of its own for each row; name more columns in the profile if need be.",
        )
        for line, reference in rows
    ]


def _drop_lines(run_id: int, lines: Sequence[int]) -> None:
    for batch in in_batches(lines):
        session().execute(
            sa.delete(StagedResult).where(
                StagedResult.run_id == run_id, StagedResult.line.in_(batch)
            )
        )


def _staged(run_id: int) -> Iterator[Reported]:
    """The staged facts in the order of the file, read piece by piece."""
    columns = (StagedResult.line, StagedResult.part, StagedResult.employee_id, StagedResult.on_day)
    rest = (
        StagedResult.amount,
        StagedResult.group_ref,
        StagedResult.external_ref,
        StagedResult.dimensions,
    )
    after: tuple[int, int] = (-1, -1)
    while batch := _batch_after(run_id, (*columns, *rest), after):
        for row in batch:
            yield Reported(*row[2:])
        after = (batch[-1].line, batch[-1].part)


def _batch_after(run_id: int, columns: Sequence[Any], after: tuple[int, int]) -> Sequence[Any]:
    return (
        session()
        .execute(
            sa.select(*columns)
            .where(
                StagedResult.run_id == run_id,
                sa.tuple_(StagedResult.line, StagedResult.part) > after,
            )
            .order_by(StagedResult.line, StagedResult.part)
            .limit(5_000)
        )
        .all()
    )


def _counts(report: ResultReport, settled: Sequence[AwardReport]) -> dict[str, int]:
    return {
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "withdrawn": report.withdrawn,
        "people": max((award.people for award in settled), default=0),
        "points_given": sum(award.points_given for award in settled),
        "points_taken_back": sum(award.points_taken_back for award in settled),
        "points_waiting": sum(award.waiting for award in settled),
    }


register(ResultsImporter())
