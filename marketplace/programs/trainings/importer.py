"""Completions from files: read, matched to people and courses, and imported with their points."""

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
from marketplace.kernel.tabular.problems import row_error
from marketplace.programs.rows import (
    COMPLETE,
    HELD_LABEL,
    SETTLED_LABELS,
    counts_of,
    past_day_in,
    people_named_in,
    person_in,
    rows_in,
)
from marketplace.programs.trainings.example import EXAMPLE
from marketplace.programs.trainings.models import Completion, StagedCompletion
from marketplace.programs.trainings.operations.completions import (
    Completed,
    Reporter,
    record_completions,
    settle_courses,
    withdraw_missing,
)
from marketplace.programs.trainings.queries.courses import course_ids_by_name, courses
from marketplace.web.filters import day


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A completion and the line it stood on."""

    line: int
    completed: Completed


class CompletionsImporter(StagedImporter):
    """Who completed which course. Importing settles the trainings that have it."""

    staged = StagedCompletion
    kind = "completions"
    title = "Completions"
    lead = "Courses people completed elsewhere. The same file twice counts once."
    count_labels = {  # noqa: RUF012  read only
        "new": "new",
        "changed": "corrected",
        "unchanged": "unchanged",
        "withdrawn": "taken back as missing",
        **SETTLED_LABELS,
        **HELD_LABEL,
    }
    of_whole = (COMPLETE,)
    example = EXAMPLE
    options: Sequence[Option] = (
        Option(
            COMPLETE,
            "The file is all there is between its first and last day",
            "Completions of those days that are missing from it are taken back, with their "
            "points. What came by a claim with proof stays.",
        ),
    )

    def rows(self, run: Run, files: Files) -> Iterator[StagedRow | RowError]:
        """The completions of the file, each with its person and course."""
        people, courses = people_named_in(run, "completions"), course_ids_by_name()
        for row in rows_in(run, files):
            yield row if isinstance(row, RowError) else _completed(row, run, people, courses)

    def kept(self, row: StagedRow) -> dict[str, Any]:
        """The completion, and the line it stood on."""
        return {
            "line": row.line,
            "employee_id": row.completed.employee_id,
            "course_id": row.completed.course_id,
            "on_day": row.completed.on_day,
            "external_ref": row.completed.external_ref,
        }

    def doubled(self, run_id: int) -> list[RowError]:
        """Two rows with one reference."""
        return doubled_references(StagedCompletion, run_id)

    def about(self, run: Run, employee_id: int) -> sa.ColumnElement[bool]:  # noqa: ARG002
        """A completion of theirs, or one that is theirs now and would become another's."""
        theirs = sa.exists().where(
            Completion.external_ref == StagedCompletion.external_ref,
            Completion.employee_id == employee_id,
        )
        mine = StagedCompletion.employee_id == employee_id
        return sa.or_(mine, theirs.correlate(StagedCompletion))

    def told(self, run: Run) -> list[str]:
        """Day, course and reference of each completion."""
        names = {course.id: course.name for course in courses()}
        return [
            f"{day(one.on_day)}: {names[one.course_id]}, {one.external_ref}"
            for one in _staged(run.id)
        ]

    def bring_in(self, run: Run, actor: Actor, at: datetime) -> Found:
        """Record the completions and settle the trainings of the courses they touch."""
        staged, by = _staged(run.id), Reporter(f"Import {run.id}", actor, at)
        report = record_completions(staged, by=by)
        if run.options.get(COMPLETE) and staged:
            said = [*staged, *(_staged(run.aside_id) if run.aside_id else ())]
            days = [one.on_day for one in said]
            kept = [one.external_ref for one in said]
            withdraw_missing(kept, min(days), max(days), report, by=by)
            session().flush()
        settled = settle_courses(report.courses, actor=actor, at=at)
        return Found(counts=counts_of(report, settled), good_rows=report.made, bad_rows=0)


def _completed(
    row: Row, run: Run, people: dict[str, int], courses: dict[str, int]
) -> StagedRow | RowError:
    employee_id, course = person_in(row, people), row.text("course") or ""
    if isinstance(employee_id, RowError):
        return employee_id
    if course.casefold() not in courses:
        enter = "The short name or the name of a course. Add it under Courses if it is new."
        return row_error(row.line, "course", course, "There is no such course.", enter)
    on_day = past_day_in(row, run)
    if isinstance(on_day, RowError):
        return on_day
    course_id = courses[course.casefold()]
    reference = row.text("reference") or f"{row.text('person')}|{course_id}"
    if reference.startswith("claim:"):
        enter = "A reference that does not begin with “claim:”."
        return row_error(row.line, "reference", reference, "Laurel's own mark.", enter)
    return StagedRow(row.line, Completed(employee_id, course_id, on_day, reference))


def _staged(run_id: int) -> list[Completed]:
    rows = session().execute(
        sa.select(
            StagedCompletion.employee_id,
            StagedCompletion.course_id,
            StagedCompletion.on_day,
            StagedCompletion.external_ref,
        )
        .where(StagedCompletion.run_id == run_id)
        .order_by(StagedCompletion.line)
    )
    return [Completed(*row) for row in rows]


register(CompletionsImporter())
