"""What the pages of imports show."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.imports.models import ImportChunk, ImportProblem, ImportProfileText, ImportRun
from marketplace.imports.registry import Files, Run
from marketplace.imports.states import RunState
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.tabular import parse_profile

PAGE_SIZE = 24
IN_MEMORY = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RunRow:
    """One import in the history and on its own page."""

    id: int
    kind: str
    profile_name: str
    profile_toml: str
    options: dict[str, Any]
    file_name: str
    file_bytes: int
    state: RunState
    rows_read: int
    counts: dict[str, int]
    failure: str
    uploaded_at: datetime
    checked_at: datetime | None
    finished_at: datetime | None
    file_gone_at: datetime | None
    held_from_id: int | None
    held_for_id: int | None

    @property
    def is_moving(self) -> bool:
        """Whether a worker has something to do for it."""
        return self.state in {RunState.UPLOADED, RunState.IMPORTING}

    @property
    def bad_rows(self) -> int:
        """Rows that can't be imported."""
        return int(self.counts.get("bad_rows", 0))

    @property
    def good_rows(self) -> int:
        """Rows that would change something."""
        return int(self.counts.get("good_rows", 0))


_ROW = sa.select(
    ImportRun.id,
    ImportRun.kind,
    ImportRun.profile_name,
    ImportRun.profile_toml,
    ImportRun.options,
    ImportRun.file_name,
    ImportRun.file_bytes,
    ImportRun.state,
    ImportRun.rows_read,
    ImportRun.counts,
    ImportRun.failure,
    ImportRun.uploaded_at,
    ImportRun.checked_at,
    ImportRun.finished_at,
    ImportRun.file_gone_at,
    ImportRun.held_from_id,
    ImportRun.held_for_id,
)


def held_for_others(actor: Actor) -> sa.ScalarSelect[int]:
    """How many runs of rows put aside wait for this person: those about somebody else."""
    return (
        sa.select(sa.func.count(ImportRun.id))
        .where(ImportRun.state == RunState.CHECKED, ImportRun.held_for_id != actor.employee_id)
        .scalar_subquery()
    )


def run_page(run_id: int) -> RunRow:
    """One import. Raises NotFound."""
    row = session().execute(_ROW.where(ImportRun.id == run_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such import here.")
    return RunRow(*row)


def history(*, before_id: int | None = None, without: frozenset[str] = frozenset()) -> list[RunRow]:
    """The imports, newest first, a page at a time; those of some kinds left out."""
    wanted = _ROW.order_by(ImportRun.id.desc()).limit(PAGE_SIZE + 1)
    if before_id is not None:
        wanted = wanted.where(ImportRun.id < before_id)
    if without:
        wanted = wanted.where(ImportRun.kind.not_in(sorted(without)))
    return [RunRow(*row) for row in session().execute(wanted)]


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One cell or row that can't be used, or only with a doubt."""

    id: int
    line: int
    field: str
    value: str
    problem: str
    enter: str
    stops_row: bool


def problems(run_id: int, *, limit: int | None = None, stops_row: bool = True) -> list[ProblemRow]:
    """What is wrong with a file, in the order of its lines."""
    rows = session().execute(
        sa.select(
            ImportProblem.id,
            ImportProblem.line,
            ImportProblem.field,
            ImportProblem.value,
            ImportProblem.problem,
            ImportProblem.enter,
            ImportProblem.stops_row,
        )
        .where(ImportProblem.run_id == run_id, ImportProblem.stops_row == stops_row)
        .order_by(ImportProblem.line, ImportProblem.id)
        .limit(limit)
    )
    return [ProblemRow(*row) for row in rows]


def profile_names(kind: str) -> list[str]:
    """The saved profiles of a kind."""
    return list(
        session().scalars(
            sa.select(ImportProfileText.name)
            .where(ImportProfileText.kind == kind)
            .order_by(ImportProfileText.name)
        )
    )


def saved_profile(kind: str, name: str) -> str:
    """The TOML of a saved profile. Raises NotFound."""
    toml = session().scalar(
        sa.select(ImportProfileText.toml).where(
            ImportProfileText.kind == kind, ImportProfileText.name == name
        )
    )
    if toml is None:
        known = ", ".join(profile_names(kind)) or "none yet"
        raise NotFound(f"There is no profile {name!r} for {kind}. Saved are: {known}.")
    return toml


def run_of(run_id: int) -> Run:
    """A run as its importer sees it. Raises ProfileProblem, NotFound."""
    row = run_page(run_id)
    profile = parse_profile(row.profile_toml)
    return Run(row.id, profile, row.profile_name, row.options, row.uploaded_at)


@contextmanager
def run_files(run_id: int) -> Iterator[Files]:
    """The file of a run and the tables beside it, put together from their pieces."""
    parts = session().scalars(
        sa.select(ImportChunk.part).where(ImportChunk.run_id == run_id).distinct()
    )
    names = sorted(parts)
    if "" not in names:
        raise NotFound("The file of this import was deleted. Upload it again.")
    opened = {name: _assembled(run_id, name) for name in names}
    try:
        yield Files(opened[""], {name: part for name, part in opened.items() if name})
    finally:
        for stream in opened.values():
            stream.close()


def _assembled(run_id: int, part: str) -> BinaryIO:
    stream = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  closed by run_files
    position = 0
    while piece := _piece(run_id, part, position):
        stream.write(piece)
        position += 1
    stream.rollover()
    stream.seek(0)
    return stream  # pyright: ignore[reportReturnType]  a file in all but name


def _piece(run_id: int, part: str, position: int) -> bytes | None:
    return session().scalar(
        sa.select(ImportChunk.content).where(
            ImportChunk.run_id == run_id,
            ImportChunk.part == part,
            ImportChunk.position == position,
        )
    )
