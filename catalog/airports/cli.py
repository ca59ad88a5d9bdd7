"""`bin/laurel airports`: bring a file of airports in, find one."""

import sys
from pathlib import Path

import click

from catalog.airports.files import ReadAirport, read_airports
from catalog.airports.operations import bring_in
from catalog.airports.queries import airports_like
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from marketplace.kernel.tabular.problems import RowError

SHOWN = 20


@click.group("airports")
def airports_cli() -> None:
    """Airports, their places and time zones, from a file that you bring."""


@airports_cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option("--skip-errors", is_flag=True, help="Import the good rows of a file with errors.")
def import_airports(file: Path, *, dry_run: bool, skip_errors: bool) -> None:
    """Add and correct airports from FILE, in the shape of airports.dat of OpenFlights.

    The same file again changes nothing, and nothing is ever taken away.
    """
    with file.open("rb") as stream:
        rows = list(read_airports(stream))
    errors = [row for row in rows if isinstance(row, RowError)]
    _say(errors)
    if errors and not (skip_errors or dry_run):
        counted = f"{len(errors):,} row{'' if len(errors) == 1 else 's'} in error"
        raise BadInput(f"{counted}; nothing was imported. (--skip-errors imports the good rows.)")
    airports = [row for row in rows if isinstance(row, ReadAirport)]
    with transaction(undo=dry_run):
        done = bring_in(Actor.system(), airports, at=clock.now())
    left_out = len(rows) - len(errors) - len(airports)
    click.echo(
        f"{'Would be' if dry_run else 'Imported:'} {done.new:,} new, {done.changed:,} changed, "
        f"{done.unchanged:,} unchanged, {left_out:,} without three letters left out, "
        f"{len(errors):,} in error."
    )


def _say(errors: list[RowError]) -> None:
    for one in errors[:SHOWN]:
        where = f"line {one.line:,}" + (f", {one.field}" if one.field else "")
        value = f" “{one.value}”" if one.value else ""
        click.echo(f"error: {where}{value}: {one.problem} Enter: {one.enter}", err=True)
    if len(errors) > SHOWN:
        click.echo(f"error: and {len(errors) - SHOWN:,} more.", err=True)


@airports_cli.command("find")
@click.argument("text")
def find(text: str) -> None:
    """Find airports by their letters, city, name or country."""
    found = airports_like(text, limit=SHOWN)
    for one in found:
        click.echo(f"{one.words}, {one.time_zone or 'time zone unknown'}")
    if not found:
        click.echo(f"No airport is called “{text}”.")
        sys.exit(1)
