"""The way of a file through an importer, the same for the browser, a worker and the command line.

Reading stages rows in committed batches, so that progress shows and memory stays bounded; nothing
the business sees changes by it. Importing is one transaction that also closes the run, so a process
that dies leaves all or nothing, and starting over is always right.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError

from marketplace.access.actor import Actor
from marketplace.imports import operations, queries
from marketplace.imports.registry import Importer, Run, importer_of
from marketplace.imports.states import RunState
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError, IllegalMove
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.tabular import RowError, parse_profile
from marketplace.kernel.tabular.returning import FileAgain, rows_again
from marketplace.kernel.tabular.table import refuse_unpacked

BATCH_ROWS = 5_000
MOST_WHILE_WAITING = 64 * 1024 * 1024  # unpacked bytes of a spreadsheet that a page reads

Progress = Callable[[int], None]


class ChangedSinceCheck(DomainError):
    """What the dry run promised does not hold any more."""

    code = "changed_since_check"

    def __init__(self, more: int) -> None:
        super().__init__(
            f"Something changed since the dry run: {more:,} more rows are in error now. Upload "
            "the file again to see them.",
            more=more,
        )


@dataclass(slots=True)
class _Batch:
    """Rows read since the last commit, and what is wrong in them."""

    rows: list[Any] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    doubts: list[RowError] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows) + len(self.errors)


@dataclass(slots=True)
class _Reading:
    """How far a file is read."""

    seen: int = 0
    unread: int = 0
    kept: int = 0
    last_bad_line: int = -1

    def batches(self, rows: Iterator[Any | RowError]) -> Iterator[_Batch]:
        batch = _Batch()
        for row in rows:
            self._take(row, batch)
            if len(batch) >= BATCH_ROWS:
                yield batch
                batch = _Batch()
        if len(batch):
            yield batch

    def _take(self, row: Any | RowError, batch: _Batch) -> None:
        if not isinstance(row, RowError):
            self.seen += 1
            batch.rows.append(row)
            doubts = getattr(row, "warnings", ())
            batch.doubts += doubts if len(batch.doubts) < operations.MOST_PROBLEMS else ()
            return
        if row.line != self.last_bad_line:
            self.seen += 1
            self.unread += 1
            self.last_bad_line = row.line
        if self.kept < operations.MOST_PROBLEMS:
            self.kept += 1
            batch.errors.append(row)


def check_run(run_id: int, *, progress: Progress = lambda _rows: None) -> None:
    """Read the file and say what importing it would do. A file that can't be read fails the run."""
    row = queries.run_page(run_id)
    importer = importer_of(row.kind)
    if row.state is not RunState.UPLOADED:
        return
    try:
        unread = _read(run_id, importer, progress)
        with transaction():
            run = queries.run_of(run_id)
            found = importer.check(run, at=clock.now())
            operations.note_checked(run_id, found, unread=unread, at=clock.now())
    except IllegalMove:
        return  # somebody called it off, or another worker was faster
    except DomainError as refusal:
        _fail(run_id, importer, refusal.message)
    except Exception as error:
        _give_up(run_id, importer, error)
        raise


def _read(run_id: int, importer: Importer, progress: Progress) -> int:
    with transaction():
        operations.start_reading(run_id)
        importer.forget(run_id)
    run, reading = queries.run_of(run_id), _Reading()
    with queries.run_files(run_id) as files:
        session().close()
        for batch in reading.batches(importer.rows(run, files)):
            with transaction():
                _stage(importer, run, batch)
                operations.note_progress(run_id, reading.seen)
            crashpoint("imports.after_batch")
            progress(reading.seen)
    return reading.unread


def _stage(importer: Importer, run: Run, batch: _Batch) -> None:
    if batch.rows:
        importer.stage(run, batch.rows)
    operations.note_problems(run.id, batch.errors, stops_row=True)
    operations.note_problems(run.id, batch.doubts, stops_row=False)


def import_run(run_id: int, *, actor: Actor) -> None:
    """Import the good rows of an approved run, all or none of them."""
    importer = importer_of(queries.run_page(run_id).kind)
    try:
        with transaction():
            row, run = queries.run_page(run_id), queries.run_of(run_id)
            if row.state is not RunState.IMPORTING:
                return
            crashpoint("imports.before_apply")
            found = importer.apply(run, actor=actor, at=clock.now())
            crashpoint("imports.after_apply")
            unread = int(row.counts.get("unread_rows", 0))
            _refuse_more_errors(found.bad_rows + unread, promised=row.bad_rows)
            operations.note_done(
                run_id, found, unread=unread, actor_id=actor.employee_id, at=clock.now()
            )
            importer.forget(run_id)
    except IllegalMove:
        return  # another worker imported it: the loser takes everything back
    except DomainError as refusal:
        _fail(run_id, importer, refusal.message)
    except Exception as error:
        _give_up(run_id, importer, error)
        raise


def _refuse_more_errors(bad_rows: int, *, promised: int) -> None:
    if bad_rows > promised:
        raise ChangedSinceCheck(bad_rows - promised)


def _fail(run_id: int, importer: Importer, reason: str) -> None:
    with transaction():
        importer.forget(run_id)
        operations.note_failed(run_id, reason, at=clock.now())


def _give_up(run_id: int, importer: Importer, error: Exception) -> None:
    """Close a run that met a fault of ours, so that nobody waits for it for ever.

    When it was the database that could not be reached, the job is tried again instead.
    """
    if not isinstance(error, OperationalError | InterfaceError):
        _fail(
            run_id, importer, f"This went wrong on our side. Tell us the number, import {run_id}."
        )


def rows_in_error(row: queries.RunRow) -> FileAgain:
    """The rows of a file that are in error as they stand, to be corrected and sent again.

    Raises CannotReadTable for a spreadsheet too large to be read while somebody waits.
    """
    bad = {problem.line for problem in queries.problems(row.id)}
    form = parse_profile(row.profile_toml).file
    with queries.run_files(row.id) as files:
        refuse_unpacked(files.main, MOST_WHILE_WAITING)
        return rows_again(files.main, form, bad)
