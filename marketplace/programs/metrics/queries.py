"""What the pages of metrics show: each metric, its last results, and one result's history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from marketplace.programs.earning import MetricWords
from marketplace.programs.models import (
    Metric,
    Program,
    ProgramRule,
    Result,
    ResultChange,
    RuleMetric,
    Target,
)
from marketplace.programs.queries.rules import latest_version
from marketplace.programs.states import Direction, MetricUnit, ProgramState
from marketplace.programs.words import reference_in_words

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class MetricRow:
    """A metric as a line of the list; `last_on` is the day of its last result."""

    slug: str
    name: str
    unit: MetricUnit
    currency: str | None
    direction: Direction
    source: str
    results: int
    last_on: date | None
    programs: int

    @property
    def unit_words(self) -> str:
        """What it is counted in."""
        return self.currency or "pieces"


def metric_rows() -> list[MetricRow]:
    """Every metric with its results and the programs that read it, by name."""
    results = (
        sa.select(
            Result.metric_id,
            sa.func.count().label("results"),
            sa.func.max(Result.on_day).label("last_on"),
        )
        .where(Result.amount != 0)
        .group_by(Result.metric_id)
        .subquery()
    )
    programs = (
        sa.select(
            RuleMetric.metric_id,
            sa.func.count(sa.distinct(ProgramRule.program_id)).label("programs"),
        )
        .join(ProgramRule, ProgramRule.id == RuleMetric.rule_id)
        .where(latest_version())
        .group_by(RuleMetric.metric_id)
        .subquery()
    )
    rows = session().execute(
        sa.select(
            Metric.slug,
            Metric.name,
            Metric.unit,
            Metric.currency,
            Metric.direction,
            Metric.source,
            sa.func.coalesce(results.c.results, 0),
            results.c.last_on,
            sa.func.coalesce(programs.c.programs, 0),
        )
        .outerjoin(results, results.c.metric_id == Metric.id)
        .outerjoin(programs, programs.c.metric_id == Metric.id)
        .order_by(Metric.name, Metric.id)
    )
    return [MetricRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One result as a line: a withdrawn one counts for nothing."""

    id: int
    person: str
    on_day: date
    amount: str
    reference: str
    group: str
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class MetricPage:
    """One metric, a page of its last results, the programs that read it and its targets."""

    metric: Metric
    words: MetricWords
    results: Sequence[ResultRow]
    more: int | None
    programs: Sequence[tuple[str, str]]
    targets: int
    people_with_targets: int
    targets_until: date | None


def metric_at(slug: str) -> Metric:
    """The metric at an address. Raises NotFound."""
    metric = session().scalars(sa.select(Metric).where(Metric.slug == slug)).one_or_none()
    if metric is None:
        raise NotFound("There is no such metric.")
    return metric


def words_of(metric: Metric) -> MetricWords:
    """A metric as sentences need it."""
    return MetricWords(
        metric.id, metric.slug, metric.name, metric.unit, metric.currency, metric.direction
    )


def metric_page(slug: str, *, before: int | None = None, named: str = "") -> MetricPage:
    """A metric with its last reported results, those before id `before` when it is given.

    `named` keeps those whose reference or order number it is.
    """
    metric, targets, people, until, programs = _described(slug)
    words = words_of(metric)
    found = _results(words, before, named)
    is_more = len(found) > PAGE_SIZE
    return MetricPage(
        metric=metric,
        words=words,
        results=found[:PAGE_SIZE],
        more=found[PAGE_SIZE - 1].id if is_more else None,
        programs=programs,
        targets=targets,
        people_with_targets=people,
        targets_until=until,
    )


def _described(slug: str) -> tuple[Metric, int, int, date | None, list[tuple[str, str]]]:
    """A metric, its targets in figures, and the programs that read it, in one statement."""
    of_metric = Target.metric_id == Metric.id
    figures = (sa.func.count(), sa.func.count(sa.distinct(Target.employee_id)))
    counted = [sa.select(one).where(of_metric).scalar_subquery() for one in figures]
    until = sa.select(sa.func.max(Target.ends_on)).where(of_metric).scalar_subquery()
    reading = (
        sa.select(RuleMetric.metric_id, Program.slug, Program.name)
        .join(ProgramRule, ProgramRule.id == RuleMetric.rule_id)
        .join(Program, Program.id == ProgramRule.program_id)
        .where(latest_version(), Program.state != ProgramState.DISCARDED)
        .subquery()
    )
    rows: Any = (
        session()
        .execute(
            sa.select(Metric, *counted, until, reading.c.slug, reading.c.name)
            .outerjoin(reading, reading.c.metric_id == Metric.id)
            .where(Metric.slug == slug)
            .order_by(reading.c.name, reading.c.slug)
        )
        .all()
    )
    if not rows:
        raise NotFound("There is no such metric.")
    metric, targets, people, last, *_ = rows[0]
    return metric, targets, people, last, [(row[4], row[5]) for row in rows if row[4]]


def _results(metric: MetricWords, before: int | None, named: str) -> list[ResultRow]:
    query = (
        sa.select(Result, Employee.name)
        .join(Employee, Employee.id == Result.employee_id)
        .where(Result.metric_id == metric.id)
        .order_by(Result.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if before is not None:
        query = query.where(Result.id < before)
    if named:
        query = query.where(sa.or_(Result.external_ref == named, Result.group_ref == named))
    return [_row(metric, result, name) for result, name in session().execute(query)]


def _row(metric: MetricWords, result: Result, person: str) -> ResultRow:
    return ResultRow(
        id=result.id,
        person=person,
        on_day=result.on_day,
        amount=metric.in_words(result.amount),
        reference=reference_in_words(result.external_ref),
        group=result.group_ref,
        is_withdrawn=result.amount == 0,
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a result's history: what it became, who said so, when and why."""

    what: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One result as it stands, what it was before, and its metric."""

    metric: Metric
    words: MetricWords
    result: Result
    row: ResultRow
    person_key: str
    changes: Sequence[Change]


def result_page(slug: str, result_id: int) -> ResultPage:
    """One result of a metric. Raises NotFound."""
    found = (
        session()
        .execute(
            sa.select(Metric, Result, Employee.name, Employee.email, Employee.external_id)
            .join(Result, Result.metric_id == Metric.id)
            .join(Employee, Employee.id == Result.employee_id)
            .where(Metric.slug == slug, Result.id == result_id)
        )
        .one_or_none()
    )
    if found is None:
        raise NotFound("There is no such result.")
    metric, result, name, email, external_id = found
    words = words_of(metric)
    return ResultPage(
        metric=metric,
        words=words,
        result=result,
        row=_row(words, result, name),
        person_key=email or external_id,
        changes=_changes(words, result.id),
    )


def _changes(metric: MetricWords, result_id: int) -> list[Change]:
    rows = session().execute(
        sa.select(ResultChange, Employee.name)
        .outerjoin(Employee, Employee.id == ResultChange.actor_id)
        .where(ResultChange.result_id == result_id)
        .order_by(ResultChange.id)
    )
    return [
        Change(_change_in_words(metric, change), by or "Laurel", change.at, change.reason)
        for change, by in rows
    ]


def _change_in_words(metric: MetricWords, change: ResultChange) -> str:
    before, after = change.before, change.after
    if not before:
        return f"Entered by hand: {metric.in_words(after['amount'])}"
    if not after["amount"]:
        return f"Withdrawn: it was {metric.in_words(before['amount'])}"
    parts = [
        f"{label} from {_shown(metric, name, before)} to {_shown(metric, name, after)}"
        for name, label in _LABELS.items()
        if before.get(name) != after.get(name)
    ]
    return f"Corrected: {', '.join(parts) or 'its person or details'}"


_LABELS = {"amount": "amount", "on_day": "day", "group_ref": "order"}


def _shown(metric: MetricWords, name: str, kept: dict[str, Any]) -> str:
    return metric.in_words(kept[name]) if name == "amount" else str(kept[name])
