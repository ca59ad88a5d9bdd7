"""`bin/laurel bonuses …`: points given by hand, from a file of lines."""

from pathlib import Path

import click

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.programs.bonuses.operations import give_bonuses
from marketplace.programs.bonuses.queries import is_given, preflight
from marketplace.programs.queries.desk import program_of
from marketplace.programs.states import ProgramKind


@click.group("bonuses")
def bonuses_cli() -> None:
    """Bonuses: points given by hand."""


@bonuses_cli.command("give")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", required=True, help="A name for this list; the same key gives nothing twice."
)
@click.option("--dry-run", is_flag=True, help="Look the list over without giving anything.")
def give(slug: str, file: Path, key: str, *, dry_run: bool) -> None:
    """Give the bonuses of FILE in the program SLUG: one a line, e-mail; points; reason."""
    program, actor, at = program_of(slug, kind=ProgramKind.BONUS), Actor.system(), clock.now()
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise click.ClickException(
            f"{file} is not UTF-8. Save it as UTF-8, then try again."
        ) from None
    found = preflight(actor, program, text)
    for line in found.bad:
        click.echo(f"line {line.number}: {line.text}\n  {line.problem}", err=True)
    if dry_run or found.bad:
        click.echo(
            f"{len(found.good):,} lines, {found.points:,} points; the budget “{found.budget}” has "
            f"{found.left:,} left. Nothing was given."
        )
        raise SystemExit(1 if found.bad else 0)
    if is_given(program.id, f"file:{key}"):
        click.echo(f"The list “{key}” was given before. Nothing was given.")
        return
    with transaction():
        given = give_bonuses(actor, program, text, batch=f"file:{key}", at=at)
    waiting = f"; {given.report.waiting:,} wait for the budget" if given.report.waiting else ""
    click.echo(f"{given.points:,} points for {given.people:,} people{waiting}.")
