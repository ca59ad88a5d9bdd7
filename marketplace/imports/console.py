"""Imports on the command line: the way of a file is the same as in the browser."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from marketplace.access.actor import Actor
from marketplace.imports import operations, queries, runner
from marketplace.imports.forms import EXAMPLE
from marketplace.imports.operations import Upload
from marketplace.imports.registry import importer_of
from marketplace.imports.states import RunState
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from marketplace.kernel.tabular import parse_profile
from marketplace.kernel.tabular.table import open_table

SHOWN = 20


@dataclass(frozen=True, slots=True)
class FileImport:
    """What somebody typed after `import`. A profile is a file or the name of a saved one."""

    kind: str
    file: Path
    profile: str
    lookups: Sequence[str]
    options: dict[str, Any]
    dry_run: bool
    skip_errors: bool


def import_file(
    kind: str,
    *,
    file: Path,
    profile: str,
    lookups: Sequence[str],
    dry_run: bool,
    skip_errors: bool,
    **options: Any,
) -> None:
    """Say what a file would do, and do it unless it is a dry run or rows are in error.

    `options` are those of the kind of file, beside what every import takes.
    """
    given = FileImport(kind, file, profile, lookups, options, dry_run, skip_errors)
    run_id = _upload(given)
    try:
        click.echo(_carry_through(run_id, given))
    except BaseException:
        _leave(run_id)
        raise


def _carry_through(run_id: int, given: FileImport) -> str:
    runner.check_run(run_id, progress=_say_progress)
    row = queries.run_page(run_id)
    if row.state is RunState.CHECKED:
        _say_problems(run_id)
        if given.dry_run:
            _call_off(run_id)
            return _counts("Would be", row) + " Nothing was changed."
        row = _import(given, run_id)
    if row.state is RunState.FAILED:
        _say_problems(run_id)
        raise BadInput(f"{row.failure} Nothing was imported.")
    return _counts("Imported:", row)


def _import(given: FileImport, run_id: int) -> queries.RunRow:
    try:
        with transaction():
            operations.approve(
                run_id, skip_errors=given.skip_errors, actor=Actor.system(), at=clock.now()
            )
    except BadInput as refusal:
        _call_off(run_id)
        raise BadInput(f"{refusal.message} (--skip-errors imports the good rows.)") from refusal
    runner.import_run(run_id, actor=Actor.system())
    return queries.run_page(run_id)


def _upload(given: FileImport) -> int:
    name, toml = _profile(given.kind, given.profile)
    with given.file.open("rb") as file:  # what is no table is refused before it is copied
        open_table(file, parse_profile(toml).file)
    with ExitStack() as open_files, transaction():
        lookups = {
            lookup: open_files.enter_context(path.open("rb"))
            for lookup, path in _lookup_files(given, toml).items()
        }
        return operations.upload(
            Upload(
                kind=given.kind,
                file_name=given.file.name,
                file=open_files.enter_context(given.file.open("rb")),
                profile_name=name,
                profile_toml=toml,
                lookups=lookups,
                options=given.options,
            ),
            actor=Actor.system(),
            at=clock.now(),
        )


def _profile(kind: str, named: str) -> tuple[str, str]:
    if named == EXAMPLE:
        return EXAMPLE, importer_of(kind).example.profile
    path = Path(named)
    if path.is_file():
        try:
            return path.stem, path.read_text("utf-8-sig")
        except UnicodeDecodeError:
            raise BadInput(f"The profile {named} is not UTF-8. Save it as UTF-8.") from None
    if path.suffix == ".toml":
        raise BadInput(f"There is no file {named}. Give a profile's file, or a saved one's name.")
    return named, queries.saved_profile(kind, named)


def _lookup_files(given: FileImport, toml: str) -> dict[str, Path]:
    """Tables named by --lookup NAME=FILE, and those that lie beside the import."""
    known = parse_profile(toml).lookups
    found = {
        name: beside
        for name, table in known.items()
        if table.file and (beside := given.file.parent / table.file).is_file()
    }
    for text in given.lookups:
        name, _, path = text.partition("=")
        if name not in known:
            names = ", ".join(known) or "none"
            raise BadInput(f"--lookup {text}: the profile has no lookup “{name}”. It has: {names}.")
        if not Path(path).is_file():
            raise BadInput(f"--lookup {text}: there is no such file. Write NAME=FILE.")
        found[name] = Path(path)
    return found


def _call_off(run_id: int) -> None:
    with transaction():
        operations.cancel(run_id, actor=Actor.system(), at=clock.now())
        importer_of(queries.run_page(run_id).kind).forget(run_id)
        operations.forget_file(run_id, at=clock.now())


def _leave(run_id: int) -> None:
    """Close a run that was stopped in the middle; nothing of it was used."""
    row = queries.run_page(run_id)
    if row.state in {RunState.UPLOADED, RunState.CHECKED}:
        _call_off(run_id)
    elif row.state is RunState.IMPORTING:
        with transaction():
            importer_of(row.kind).forget(run_id)
            operations.note_failed(run_id, "It was stopped in the middle.", at=clock.now())


def _say_progress(rows: int) -> None:
    click.echo(f"{rows:,} rows read", err=True)


def _say_problems(run_id: int) -> None:
    for stops_row, word in ((True, "error"), (False, "note")):
        found = queries.problems(run_id, limit=SHOWN + 1, stops_row=stops_row)
        for problem in found[:SHOWN]:
            where = (
                f"line {problem.line:,}, {problem.field}"
                if problem.field
                else f"line {problem.line:,}"
            )
            value = f" “{problem.value}”" if problem.value else ""
            click.echo(
                f"{word}: {where}{value}: {problem.problem} Enter: {problem.enter}", err=True
            )
        if len(found) > SHOWN:
            click.echo(f"{word}: and more; all are listed in the browser.", err=True)


def _counts(intro: str, row: queries.RunRow) -> str:
    labels = importer_of(row.kind).count_labels
    parts = [f"{row.counts.get(name, 0):,} {label}" for name, label in labels.items()]
    word = "row" if row.bad_rows == 1 else "rows"
    return f"{intro} {', '.join(parts)}, {row.bad_rows:,} {word} in error."


import_options = [
    click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    click.option("--profile", required=True, help="A TOML file, or the name of a saved profile."),
    click.option("--lookup", "lookups", multiple=True, metavar="NAME=FILE", help="A table beside."),
    click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing."),
    click.option("--skip-errors", is_flag=True, help="Import the good rows of a file with errors."),
]


def takes_a_file(command: Any) -> Any:
    """Give a command the arguments every import has, for `import_file`."""
    for option in reversed(import_options):
        command = option(command)
    return command
