"""The moves of an import run. Each belongs into one transaction; `runner` opens them."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, BinaryIO

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.imports.models import ImportChunk, ImportProblem, ImportProfileText, ImportRun
from marketplace.imports.registry import Found, who_else_imports
from marketplace.imports.states import MOVES, RunState
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.errors import BadInput, IllegalMove, NotAllowed, NotFound
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.tabular import RowError, parse_profile
from marketplace.kernel.tabular.problems import ProfileProblem

CHUNK_BYTES = 512 * 1024
MOST_PROBLEMS = 10_000
LONGEST_NAME = 80
FILES_KEPT = timedelta(days=30)
OWN_ROWS = "These rows are about you, and nobody reports for himself."


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file somebody sends, how to read it, and what they chose."""

    kind: str
    file_name: str
    file: BinaryIO
    profile_name: str
    profile_toml: str
    lookups: Mapping[str, BinaryIO] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


def save_profile(kind: str, name: str, toml: str, *, actor: Actor, at: datetime) -> None:
    """Keep a profile under a name, in place of what stood there. Raises ProfileProblem."""
    name = _profile_name(name)
    check_kind(kind, toml)
    values = {"toml": toml, "saved_by_id": actor.employee_id, "saved_at": at}
    session().execute(
        insert_or_skip(ImportProfileText)
        .values(kind=kind, name=name, **values)
        .on_conflict_do_update(index_elements=["kind", "name"], set_=values)
    )
    audit.record(actor.employee_id, "imports.save_profile", f"import_profile:{kind}/{name}", at=at)


def check_kind(kind: str, toml: str) -> None:
    """Refuse a profile that can't be read or is for another kind of file."""
    if (found := parse_profile(toml).kind) != kind:
        raise ProfileProblem(f"This profile is for {found}. Choose one for {kind}.")


def _profile_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or "/" in name:
        raise BadInput("Enter a name for the profile of at most 80 characters, without a slash.")
    return name


def upload(given: Upload, *, actor: Actor, at: datetime) -> int:
    """Keep a file with its profile, ready for the dry run; answers the run."""
    check_kind(given.kind, given.profile_toml)
    run_id = _new_run(given, actor, at)
    digest, size = _keep_chunks(run_id, "", given.file)
    for name, lookup in given.lookups.items():
        _keep_chunks(run_id, name, lookup)
    if size == 0:
        raise BadInput("The file is empty. Choose a file with rows in it.")
    session().execute(
        sa.update(ImportRun)
        .where(ImportRun.id == run_id)
        .values(file_sha256=digest, file_bytes=size)
    )
    audit.record(
        actor.employee_id,
        "imports.upload",
        f"import_run:{run_id}",
        at=at,
        kind=given.kind,
        file=given.file_name[:200],
        sha256=digest,
    )
    return run_id


def _new_run(given: Upload, actor: Actor, at: datetime) -> int:
    row = (
        sa.insert(ImportRun)
        .values(
            kind=given.kind,
            profile_name=_profile_name(given.profile_name),
            profile_toml=given.profile_toml,
            options=given.options,
            file_name=given.file_name[:200] or "file",
            file_sha256="",
            file_bytes=0,
            state=RunState.UPLOADED,
            rows_read=0,
            counts={},
            started_by_id=actor.employee_id,
            uploaded_at=at,
        )
        .returning(ImportRun.id)
    )
    return session().scalars(row).one()


def _keep_chunks(run_id: int, part: str, stream: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for position, content in enumerate(_chunks(stream)):
        digest.update(content)
        size += len(content)
        session().execute(
            sa.insert(ImportChunk).values(
                run_id=run_id, part=part, position=position, content=content
            )
        )
    return digest.hexdigest(), size


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    while content := stream.read(CHUNK_BYTES):
        yield content


def move(run_id: int, to: RunState, **values: Any) -> None:
    """Take a run one step on. Raises IllegalMove when it stands elsewhere, NotFound."""
    allowed = [state for state, steps in MOVES.items() if to in steps]
    moved = session().execute(
        sa.update(ImportRun)
        .where(ImportRun.id == run_id, ImportRun.state.in_(allowed))
        .values(state=to, **values)
    )
    if rows_changed(moved) == 1:
        return
    current = session().scalar(sa.select(ImportRun.state).where(ImportRun.id == run_id))
    if current is None:
        raise NotFound("There is no such import here.")
    raise IllegalMove(current.value, to.value)


def start_reading(run_id: int) -> None:
    """Begin a dry run anew: what an earlier look found is forgotten."""
    session().execute(sa.delete(ImportProblem).where(ImportProblem.run_id == run_id))
    session().execute(
        sa.update(ImportRun)
        .where(ImportRun.id == run_id, ImportRun.state == RunState.UPLOADED)
        .values(rows_read=0, counts={}, failure="")
    )


def note_progress(run_id: int, rows_read: int) -> None:
    """Say how far the reading is, for the page that shows it."""
    session().execute(
        sa.update(ImportRun).where(ImportRun.id == run_id).values(rows_read=rows_read)
    )


def note_problems(run_id: int, found: Sequence[RowError], *, stops_row: bool) -> None:
    """Keep problems for the report."""
    if not found:
        return
    session().execute(
        sa.insert(ImportProblem),
        [
            {
                "run_id": run_id,
                "line": error.line,
                "field": error.field,
                "value": error.value,
                "problem": error.problem,
                "enter": error.enter,
                "stops_row": stops_row,
            }
            for error in found
        ],
    )


def note_checked(run_id: int, found: Found, *, unread: int, at: datetime) -> None:
    """End the dry run: the file waits for somebody to say import."""
    note_problems(run_id, found.problems[:MOST_PROBLEMS], stops_row=True)
    note_problems(run_id, found.notes[:MOST_PROBLEMS], stops_row=False)
    move(run_id, RunState.CHECKED, counts=_counted(found, unread), checked_at=at)


def _counted(found: Found, unread: int) -> dict[str, int]:
    bad = {"bad_rows": found.bad_rows + unread, "good_rows": found.good_rows}
    return {**found.counts, **bad, "unread_rows": unread}


def approve(run_id: int, *, skip_errors: bool, actor: Actor, at: datetime) -> None:
    """Say that a checked file shall be imported, with rows in error only when that is meant."""
    counts = session().scalar(sa.select(ImportRun.counts).where(ImportRun.id == run_id)) or {}
    bad = int(counts.get("bad_rows", 0))
    if bad and not skip_errors:
        rows = "1 row of this file is" if bad == 1 else f"{bad:,} rows of this file are"
        raise BadInput(
            f"{rows} in error. Correct that and upload the file again, or "
            "say that only the good rows shall be imported. Nothing was changed.",
            bad_rows=bad,
        )
    _refuse_own(run_id, actor)
    move(run_id, RunState.IMPORTING, approved_by_id=actor.employee_id)
    audit.record(
        actor.employee_id,
        "imports.approve",
        f"import_run:{run_id}",
        at=at,
        skip_errors=skip_errors,
    )


def _refuse_own(run_id: int, actor: Actor) -> None:
    """What is about somebody is another person's to import or to put aside."""
    about = session().scalar(sa.select(ImportRun.held_for_id).where(ImportRun.id == run_id))
    if about is not None and about == actor.employee_id:
        raise NotAllowed(f"{OWN_ROWS} {who_else_imports(about).words} Nothing was changed.")


def hold(run_id: int, *, actor: Actor, at: datetime) -> int:
    """A run for the rows of a file that are about who imports it; answers its id."""
    of = session().get_one(ImportRun, run_id)
    held = ImportRun(
        kind=of.kind,
        profile_name=of.profile_name,
        profile_toml=of.profile_toml,
        options=of.options,
        file_name=of.file_name,
        file_sha256=of.file_sha256,
        file_bytes=of.file_bytes,
        state=RunState.UPLOADED,
        rows_read=0,
        counts={},
        started_by_id=actor.employee_id,
        held_from_id=run_id,
        held_for_id=actor.employee_id,
        uploaded_at=at,
    )
    session().add(held)
    session().flush()
    return held.id


def let_go(run_id: int) -> None:
    """Delete a run made for rows that change nothing and went back to their file."""
    session().execute(sa.delete(ImportRun).where(ImportRun.id == run_id))


def note_held(
    run_id: int, found: Found, *, options: dict[str, Any], rows: int, at: datetime
) -> None:
    """Let the rows put aside wait for somebody else, with what they would do."""
    note_progress(run_id, rows)
    counts = _counted(found, 0)
    move(run_id, RunState.CHECKED, counts=counts, options=options, checked_at=at)
    about = session().get_one(ImportRun, run_id).held_for_id
    audit.record(about, "imports.hold", f"import_run:{run_id}", at=at, **counts)
    _promise_to_tell(run_id, RunState.CHECKED)


def _promise_to_tell(run_id: int, state: RunState) -> None:
    """Letters follow each step of a run of rows put aside."""
    if session().get_one(ImportRun, run_id).held_for_id is not None:
        enqueue("imports.tell_held", key=f"{run_id}:{state.value}", run_id=run_id)


def note_done(
    run_id: int, found: Found, *, unread: int, actor_id: int | None, at: datetime
) -> None:
    """Close a run in the same transaction that imported it."""
    counts = _counted(found, unread)
    move(run_id, RunState.DONE, counts=counts, finished_at=at)
    audit.record(actor_id, "imports.done", f"import_run:{run_id}", at=at, **counts)
    _promise_to_tell(run_id, RunState.DONE)


def note_failed(run_id: int, reason: str, *, at: datetime) -> None:
    """Close a run of which nothing was used."""
    move(run_id, RunState.FAILED, failure=reason, finished_at=at)


def cancel(run_id: int, *, actor: Actor, at: datetime) -> None:
    """Leave a file where it is; nothing of it was used."""
    _refuse_own(run_id, actor)
    move(run_id, RunState.CANCELLED, finished_at=at)
    audit.record(actor.employee_id, "imports.cancel", f"import_run:{run_id}", at=at)
    _promise_to_tell(run_id, RunState.CANCELLED)


def forget_file(run_id: int, *, at: datetime) -> None:
    """Delete the file of a run; its report stays."""
    session().execute(sa.delete(ImportChunk).where(ImportChunk.run_id == run_id))
    session().execute(sa.update(ImportRun).where(ImportRun.id == run_id).values(file_gone_at=at))
