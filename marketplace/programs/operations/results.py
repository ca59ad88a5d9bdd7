"""Reported facts in: new ones are kept, changed ones corrected, the same again changes nothing."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import Model, count_rows, session
from marketplace.programs.models import Metric, Result, StagedResult
from marketplace.programs.operations.changes import Changes

BATCH = 5_000
MANY = 1_000
_FACTS = sa.select(
    Result.id,
    Result.external_ref,
    Result.employee_id,
    Result.on_day,
    Result.amount,
    Result.group_ref,
    Result.dimensions,
)


@dataclass(frozen=True, slots=True)
class Reported:
    """One fact as a file or a person reports it. `amount` in the metric's whole units."""

    employee_id: int
    on_day: date
    amount: int
    group_ref: str
    external_ref: str
    dimensions: dict[str, str]


@dataclass(slots=True)
class ResultReport(Changes):
    """What a report of facts did; `groups` are the orders that may now deserve other points."""

    groups: set[str] = field(default_factory=set)


def lock_results(metric_id: int) -> None:
    """Let nobody else report results of a metric until the transaction ends."""
    session().execute(
        sa.select(Metric.id).where(Metric.id == metric_id).with_for_update(key_share=True)
    )


def record_results(
    metric_id: int, facts: Iterable[Reported], *, reason: str, actor: Actor, at: datetime
) -> ResultReport:
    """Keep facts in batches; one known under its external reference is corrected, not doubled.

    Reports of one metric wait for each other, so that a fact reported twice at once is kept once.
    """
    lock_results(metric_id)
    report = ResultReport()
    rows = iter(facts)
    while batch := list(islice(rows, BATCH)):
        _record_batch(metric_id, batch, report, _Reporter(reason, actor.employee_id, at))
    if report.new >= MANY:
        count_rows(Result)
    return report


def withdraw_missing(
    metric_id: int,
    run_ids: Collection[int],
    report: ResultReport,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Take to nothing what stood between the first and last day of a staged file and is not in it.

    For a file that is all there is of its days: a line deleted at the source is a correction too.
    """
    missing = _missing(metric_id, StagedResult.run_id.in_(run_ids))
    gone = [(row, _as_nothing(row)) for row in missing]
    report.withdrawn = len(gone)
    report.groups.update(row.group_ref for row in missing)
    _correct(gone, _Reporter(reason, actor.employee_id, at))


def _missing(metric_id: int, of_run: sa.ColumnElement[bool]) -> Sequence[Any]:
    """What stands between the first and last day of staged rows and is none of them."""
    first, last = sa.func.min(StagedResult.on_day), sa.func.max(StagedResult.on_day)
    days = session().execute(sa.select(first, last).where(of_run)).one()
    staged = sa.select(StagedResult.line).where(
        of_run, StagedResult.external_ref == Result.external_ref
    )
    return (
        session()
        .execute(
            _FACTS.where(
                Result.metric_id == metric_id,
                Result.on_day.between(*days),
                Result.amount != 0,
                ~staged.exists(),
            )
        )
        .all()
    )


def _as_nothing(row: Any) -> Reported:
    return Reported(row.employee_id, row.on_day, 0, row.group_ref, row.external_ref, row.dimensions)


@dataclass(frozen=True, slots=True)
class _Reporter:
    reason: str
    actor_id: int | None
    at: datetime


def _record_batch(
    metric_id: int, batch: Sequence[Reported], report: ResultReport, by: _Reporter
) -> None:
    known = _known(metric_id, [fact.external_ref for fact in batch])
    fresh = [fact for fact in batch if fact.external_ref not in known]
    if fresh:
        session().execute(
            sa.insert(Model.metadata.tables["results"]),
            [{"metric_id": metric_id, "reported_at": by.at, **_columns(fact)} for fact in fresh],
        )
    report.new += len(fresh)
    report.groups.update(fact.group_ref for fact in fresh)
    corrected = list(_corrections(batch, known))
    report.changed += len(corrected)
    report.unchanged += len(batch) - len(fresh) - len(corrected)
    for before, fact in corrected:
        report.groups.update((before.group_ref, fact.group_ref))
    _correct(corrected, by)


def _known(metric_id: int, references: list[str]) -> dict[str, Any]:
    rows = session().execute(
        _FACTS.where(Result.metric_id == metric_id, Result.external_ref.in_(references))
    )
    return {row.external_ref: row for row in rows}


def _columns(fact: Reported) -> dict[str, Any]:
    return {
        "employee_id": fact.employee_id,
        "on_day": fact.on_day,
        "amount": fact.amount,
        "group_ref": fact.group_ref,
        "external_ref": fact.external_ref,
        "dimensions": fact.dimensions,
    }


def _corrections(
    batch: Sequence[Reported], known: dict[str, Any]
) -> Iterator[tuple[sa.Row[Any], Reported]]:
    for fact in batch:
        before = known.get(fact.external_ref)
        if before is not None and _as_json(before) != _as_json(fact):
            yield before, fact


def _as_json(fact: Any) -> dict[str, Any]:
    return {
        "employee_id": fact.employee_id,
        "on_day": fact.on_day.isoformat(),
        "amount": fact.amount,
        "group_ref": fact.group_ref,
        "dimensions": fact.dimensions,
    }


def _correct(corrected: Sequence[tuple[Any, Reported]], by: _Reporter) -> None:
    if not corrected:
        return
    table = Model.metadata.tables["results"]
    session().execute(
        sa.update(table)
        .where(table.c.id == sa.bindparam("result_id"))
        .values(
            {name: sa.bindparam(name) for name in ("employee_id", "on_day", "amount")}
            | {name: sa.bindparam(name) for name in ("group_ref", "dimensions")}
        ),
        [{"result_id": before.id, **_columns(fact)} for before, fact in corrected],
    )
    session().execute(
        sa.insert(Model.metadata.tables["result_changes"]),
        [
            {
                "result_id": before.id,
                "before": _as_json(before),
                "after": _as_json(fact),
                "reason": by.reason,
                "actor_id": by.actor_id,
                "at": by.at,
            }
            for before, fact in corrected
        ],
    )
