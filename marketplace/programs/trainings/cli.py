"""`bin/laurel completions …`: courses completed elsewhere, in; points out."""

from typing import Any

import click

from marketplace.imports.console import import_file, takes_a_file


@click.group("completions")
def completions_cli() -> None:
    """Completions: who completed which course."""


@completions_cli.command("import")
@takes_a_file
@click.option(
    "--complete",
    is_flag=True,
    help="The file is all there is between its first and last day: what is missing is taken back.",
)
def import_completions(**given: Any) -> None:
    """Import the completions of FILE and settle what they bring. The same file counts once."""
    import_file("completions", **given)
