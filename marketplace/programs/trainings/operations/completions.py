"""Recording completions: each report once, corrections kept, the trainings they touch settled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.operations import AwardReport
from marketplace.kernel.db import Model, in_batches, session
from marketplace.programs.models import Program, ProgramRule
from marketplace.programs.operations.changes import Changes
from marketplace.programs.operations.settlement import settle_program
from marketplace.programs.queries.rules import latest_version
from marketplace.programs.states import COUNTS, ProgramKind
from marketplace.programs.terms import terms_from_json
from marketplace.programs.trainings.models import Completion, CompletionChange
from marketplace.programs.trainings.terms import TrainingTerms


@dataclass(frozen=True, slots=True)
class Completed:
    """A report: who completed what, when, and the report's own name."""

    employee_id: int
    course_id: int
    on_day: date
    external_ref: str
    stands: bool = True


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports, why and when."""

    reason: str
    actor: Actor
    at: datetime


@dataclass(slots=True)
class CompletionReport(Changes):
    """What recording did, and the courses it touched."""

    courses: set[int] = field(default_factory=set)


def record_completions(reports: Iterable[Completed], *, by: Reporter) -> CompletionReport:
    """Record reports; one that is known by its reference is corrected, or changes nothing."""
    said, found = list(reports), CompletionReport()
    for batch in in_batches(said, 500):
        known = _known([one.external_ref for one in batch])
        for one in batch:
            _record(one, known.get(one.external_ref), found, by)
    session().flush()
    return found


def withdraw_missing(
    kept: Sequence[str], first: date, last: date, found: CompletionReport, *, by: Reporter
) -> None:
    """Withdraw what stood between two days and is not among the references of a whole file.

    What came by a claim with proof stays: no file brought it.
    """
    standing = session().scalars(
        sa.select(Completion).where(
            Completion.stands,
            Completion.on_day.between(first, last),
            Completion.external_ref.not_like("claim:%"),
        )
    )
    there = set(kept)
    for row in standing.all():
        if row.external_ref not in there:
            _change(row, _as_report(row, stands=False), by)
            found.withdrawn += 1
            found.courses.add(row.course_id)


def settle_courses(course_ids: Iterable[int], *, actor: Actor, at: datetime) -> list[AwardReport]:
    """Settle every training with one of the courses, in the order of their ids."""
    touched = set(course_ids)
    rows = session().execute(
        sa.select(Program.id, ProgramRule.terms)
        .join(ProgramRule, ProgramRule.program_id == Program.id)
        .where(Program.kind == ProgramKind.TRAINING, Program.state.in_(COUNTS), latest_version())
        .order_by(Program.id)
    )
    return [
        settle_program(program_id, actor=actor, at=at)
        for program_id, kept in rows.all()
        if touched & set(terms_from_json(TrainingTerms, kept).course_ids)
    ]


def _known(references: list[str]) -> dict[str, Completion]:
    rows = session().scalars(
        sa.select(Completion)
        .where(Completion.external_ref.in_(references))
        .execution_options(populate_existing=True)
    )
    return {row.external_ref: row for row in rows}


def _record(one: Completed, row: Completion | None, found: CompletionReport, by: Reporter) -> None:
    if row is None:
        session().execute(
            sa.insert(Model.metadata.tables["completions"]).values(
                reported_at=by.at, **_columns(one)
            )
        )
        found.new += 1
        found.courses.add(one.course_id)
    elif _as_report(row) != one:
        found.courses |= {row.course_id, one.course_id}
        _change(row, one, by)
        found.changed += 1
    else:
        found.unchanged += 1


def _as_report(row: Completion, *, stands: bool | None = None) -> Completed:
    standing = row.stands if stands is None else stands
    return Completed(row.employee_id, row.course_id, row.on_day, row.external_ref, standing)


def _columns(one: Completed) -> dict[str, Any]:
    return {
        "employee_id": one.employee_id,
        "course_id": one.course_id,
        "on_day": one.on_day,
        "external_ref": one.external_ref,
        "stands": one.stands,
    }


def _change(row: Completion, after: Completed, by: Reporter) -> None:
    before = _as_report(row)
    session().add(
        CompletionChange(
            completion_id=row.id,
            before=_told(before),
            after=_told(after),
            reason=by.reason,
            actor_id=by.actor.employee_id,
            at=by.at,
        )
    )
    for name, value in _columns(after).items():
        setattr(row, name, value)
    row.reported_at = by.at


def _told(one: Completed) -> dict[str, Any]:
    return {**_columns(one), "on_day": one.on_day.isoformat()}
