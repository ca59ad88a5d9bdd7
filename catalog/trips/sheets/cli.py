"""`bin/laurel trips import`: the plan of a departure from a file."""

from pathlib import Path
from typing import Any

import click

from catalog.trips.cli import trips_cli
from catalog.trips.sheets.importer import COMPLETE, DEPARTURE
from marketplace.imports.console import import_file
from marketplace.imports.forms import EXAMPLE


@trips_cli.command("import")
@click.argument("sku")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--profile",
    default=EXAMPLE,
    help="A TOML file, or the name of a saved profile. Without it: headings as in the example.",
)
@click.option("--complete", is_flag=True, help="Take out what the file does not have.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option("--skip-errors", is_flag=True, help="Import the good rows of a file with errors.")
def import_plan(sku: str, file: Path, *, complete: bool, **how: Any) -> None:
    """Take the plan of a departure in from a CSV or XLSX file."""
    about = {DEPARTURE: sku, COMPLETE: complete}
    import_file("plan", file=file, lookups=(), **how, **about)
