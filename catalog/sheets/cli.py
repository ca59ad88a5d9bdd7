"""`bin/laurel catalog export` and `import`: the catalog as a sheet."""

from pathlib import Path
from typing import Any

import click

from catalog.cli import catalog_cli
from catalog.sheets.files import export_csv, export_xlsx
from marketplace.imports.console import import_file
from marketplace.imports.forms import EXAMPLE
from marketplace.kernel import clock


@catalog_cli.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def export_catalog(file: Path) -> None:
    """Write the catalog into a CSV or XLSX file that `import` reads as it is."""
    at, ending = clock.now(), file.suffix.lower()
    if ending not in {".csv", ".xlsx"}:
        raise click.BadParameter("Give the file a name that ends in .csv or .xlsx.")
    content, rows = (export_xlsx if ending == ".xlsx" else export_csv)(at)
    file.write_bytes(content)
    click.echo(f"{file.name}: {rows:,} {'row' if rows == 1 else 'rows'}.")


@catalog_cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--profile",
    default=EXAMPLE,
    help="A TOML file, or the name of a saved profile. Without it: headings as in an export.",
)
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option("--skip-errors", is_flag=True, help="Import the good rows of a file with errors.")
def import_catalog(file: Path, **options: Any) -> None:
    """Take in rewards, prices, stock and costs from a CSV or XLSX file."""
    import_file("catalog", file=file, lookups=(), **options)
