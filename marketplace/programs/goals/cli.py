"""`bin/laurel targets …`: what people are to reach."""

from typing import Any

import click

from marketplace.imports.console import import_file, takes_a_file


@click.group("targets")
def targets_cli() -> None:
    """Targets: what people are to reach in a metric."""


@targets_cli.command("import")
@takes_a_file
@click.option("--metric", required=True, help="Short name of the metric the targets are for.")
@click.option(
    "--complete",
    is_flag=True,
    help="The file is all there is between its first and last day: what is missing is withdrawn.",
)
def import_targets(**given: Any) -> None:
    """Import the targets of FILE and settle what reads them. The same file changes nothing."""
    import_file("targets", **given)
