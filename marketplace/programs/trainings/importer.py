"""Completions from files: read, matched to people and courses, and imported with their points."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.operations import AwardReport
from marketplace.imports.registry import Files, Found, Option, Run, register
from marketplace.kernel.db import Model, session
from marketplace.kernel.tabular import CannotReadTable, Row, RowError, load_lookups, read_rows
from marketplace.kernel.tabular.problems import row_error
from marketplace.people.queries import employee_ids_by_key
from marketplace.programs.trainings.example import EXAMPLE
from marketplace.programs.trainings.models import StagedCompletion
from marketplace.programs.trainings.operations.completions import (
    Completed,
    CompletionReport,
    Reporter,
    record_completions,
    settle_courses,
    withdraw_missing,
)
from marketplace.programs.trainings.queries.courses import course_ids_by_name

COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A completion and the line it stood on."""

    line: int
    completed: Completed


class CompletionsImporter:
    """Who completed which course. Importing settles the trainings that have it."""

    kind = "completions"
    title = "Completions"
    lead = "Courses people completed elsewhere. The same file twice counts once."
    count_labels = {  # noqa: RUF012  read only
        "new": "new",
        "changed": "corrected",
        "unchanged": "unchanged",
        "withdrawn": "taken back as missing",
        "points_given": "points given",
        "points_taken_back": "points taken back",
        "points_waiting": "points waiting for their budget",
    }
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
        by = run.profile.person_by
        if by == "name":
            raise CannotReadTable(
                "Two people may have one name. Name people by their e-mail, their identity or a "
                "row key."
            )
        people = employee_ids_by_key(None if by == "identity" else by)
        courses = course_ids_by_name()
        for row in read_rows(
            files.main, run.profile, load_lookups(run.profile, given=files.lookups)
        ):
            yield row if isinstance(row, RowError) else _completed(row, people, courses)

    def stage(self, run: Run, rows: Sequence[StagedRow]) -> None:
        """Keep a batch of completions."""
        session().execute(
            sa.insert(Model.metadata.tables["staged_completions"]),
            [
                {
                    "run_id": run.id,
                    "line": row.line,
                    "employee_id": row.completed.employee_id,
                    "course_id": row.completed.course_id,
                    "on_day": row.completed.on_day,
                    "external_ref": row.completed.external_ref,
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
        """Keep the staged completions and settle what they touch."""
        return self._import(run, actor, at)

    def forget(self, run_id: int) -> None:
        """Delete the staged completions of a run."""
        session().execute(sa.delete(StagedCompletion).where(StagedCompletion.run_id == run_id))

    def _import(self, run: Run, actor: Actor, at: datetime) -> Found:
        staged, by = _staged(run.id), Reporter(f"Import {run.id}", actor, at)
        report = record_completions(staged, by=by)
        if run.options.get(COMPLETE) and staged:
            days = [one.on_day for one in staged]
            kept = [one.external_ref for one in staged]
            withdraw_missing(kept, min(days), max(days), report, by=by)
            session().flush()
        settled = settle_courses(report.courses, actor=actor, at=at)
        good = report.new + report.changed + report.withdrawn
        return Found(counts=_counts(report, settled), good_rows=good, bad_rows=0)


def _completed(row: Row, people: dict[str, int], courses: dict[str, int]) -> StagedRow | RowError:
    person, course = row.text("person") or "", row.text("course") or ""
    key = person.lower() if "@" in person else person
    if key not in people:
        enter = "Import the person first, or correct it."
        return row_error(row.line, "person", person, "No employee has this.", enter)
    if course.casefold() not in courses:
        enter = "The short name or the name of a course. Add it under Courses if it is new."
        return row_error(row.line, "course", course, "There is no such course.", enter)
    on_day = row.day("date")
    assert on_day is not None, "the reader refuses a row without a date"
    course_id = courses[course.casefold()]
    reference = row.text("reference") or f"{person}|{course_id}"
    if reference.startswith("claim:"):
        enter = "A reference that does not begin with “claim:”."
        return row_error(row.line, "reference", reference, "Laurel's own mark.", enter)
    return StagedRow(row.line, Completed(people[key], course_id, on_day, reference))


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


def _doubled(run_id: int) -> list[RowError]:
    """Two rows with one reference: neither can be told from the other, so both are named."""
    of_run = StagedCompletion.run_id == run_id
    doubled = (
        sa.select(StagedCompletion.external_ref)
        .where(of_run)
        .group_by(StagedCompletion.external_ref)
        .having(sa.func.count() > 1)
    )
    rows = session().execute(
        sa.select(StagedCompletion.line, StagedCompletion.external_ref)
        .where(of_run, StagedCompletion.external_ref.in_(doubled))
        .order_by(StagedCompletion.line)
    )
    fact = "Another row of this file has the same reference."
    enter = "A reference of its own for each row; name more columns in the profile if need be."
    return [row_error(line, "reference", reference, fact, enter) for line, reference in rows]


def _drop_lines(run_id: int, lines: Sequence[int]) -> None:
    if lines:
        session().execute(
            sa.delete(StagedCompletion).where(
                StagedCompletion.run_id == run_id, StagedCompletion.line.in_(lines)
            )
        )


def _counts(report: CompletionReport, settled: Sequence[AwardReport]) -> dict[str, int]:
    return {
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "withdrawn": report.withdrawn,
        "points_given": sum(award.points_given for award in settled),
        "points_taken_back": sum(award.points_taken_back for award in settled),
        "points_waiting": sum(award.waiting for award in settled),
    }


register(CompletionsImporter())
