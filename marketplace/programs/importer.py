"""Results from files: read, matched to people, staged, and imported together with their points."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.imports.registry import Files, Found, Option, Run, register
from marketplace.imports.staging import StagedImporter, doubled_references
from marketplace.kernel.db import session
from marketplace.kernel.tabular import Row, RowError
from marketplace.programs.example import EXAMPLE
from marketplace.programs.models import Metric, Result, StagedResult
from marketplace.programs.operations.results import Reported, record_results, withdraw_missing
from marketplace.programs.operations.settlement import settle_metric
from marketplace.programs.queries import metric_choices
from marketplace.programs.queries.rules import metric_words
from marketplace.programs.rows import (
    COMPLETE,
    HELD_LABEL,
    SETTLED_LABELS,
    amount_in,
    counts_of,
    metric_of,
    past_day_in,
    people_concerned,
    people_named_in,
    person_in,
    rows_in,
    with_parts,
)
from marketplace.web.filters import day

LONGEST_REFERENCE = 2_000  # bytes; PostgreSQL indexes no more than 2,704


@dataclass(frozen=True, slots=True)
class StagedFact:
    """A fact and where it stood: `part` numbers the cells of a wide row."""

    line: int
    part: int
    fact: Reported


class ResultsImporter(StagedImporter):
    """Facts of one metric. Importing them settles the programs that live on it."""

    staged = StagedResult
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
        **SETTLED_LABELS,
        **HELD_LABEL,
    }
    of_whole = (COMPLETE,)
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
        metric, find = metric_of(run), people_named_in(run, "results")
        for row, part in with_parts(rows_in(run, files)):
            yield row if isinstance(row, RowError) else _fact(row, part, run, metric, find)

    def kept(self, row: StagedFact) -> dict[str, Any]:
        """The fact, and where it stood."""
        return {
            "line": row.line,
            "part": row.part,
            "employee_id": row.fact.employee_id,
            "on_day": row.fact.on_day,
            "amount": row.fact.amount,
            "group_ref": row.fact.group_ref,
            "external_ref": row.fact.external_ref,
            "dimensions": row.fact.dimensions,
        }

    def doubled(self, run_id: int) -> list[RowError]:
        """Two rows with one reference."""
        return doubled_references(StagedResult, run_id)

    def about(self, run: Run, employee_id: int) -> sa.ColumnElement[bool]:
        """A fact of theirs, or one that is theirs now and would become another's."""
        theirs = sa.exists().where(
            Result.metric_id == metric_of(run).id,
            Result.external_ref == StagedResult.external_ref,
            Result.employee_id == employee_id,
        )
        mine = StagedResult.employee_id == employee_id
        return sa.or_(mine, theirs.correlate(StagedResult))

    def told(self, run: Run) -> list[str]:
        """Day, amount and reference of each fact."""
        words = metric_words([metric_of(run).id])[metric_of(run).id]
        return [
            f"{day(fact.on_day)}: {words.in_words(fact.amount)}, {fact.external_ref}"
            for fact in _staged(run.id)
        ]

    def bring_in(self, run: Run, actor: Actor, at: datetime) -> Found:
        """Record the facts and settle the orders they touch."""
        metric, reason = metric_of(run), f"Import {run.id}"
        report = record_results(metric.id, _staged(run.id), reason=reason, actor=actor, at=at)
        if run.options.get(COMPLETE):
            withdraw_missing(metric.id, run.ids, report, reason=reason, actor=actor, at=at)
        settled = list(settle_metric(metric.id, report.groups, actor=actor, at=at).values())
        counts = {**counts_of(report, settled), **people_concerned(settled)}
        return Found(counts=counts, good_rows=report.made, bad_rows=0)


def _fact(
    row: Row, part: int, run: Run, metric: Metric, find: dict[str, int]
) -> StagedFact | RowError:
    employee_id, amount, on_day = (
        person_in(row, find),
        amount_in(row, metric),
        past_day_in(row, run),
    )
    if isinstance(employee_id, RowError):
        return employee_id
    if isinstance(amount, RowError):
        return amount
    if isinstance(on_day, RowError):
        return on_day
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


register(ResultsImporter())
