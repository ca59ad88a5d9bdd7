"""`bin/laurel fulfillment`: what lies at the desk."""

import click

from marketplace.web.filters import day
from redemption.fulfillment import queries
from redemption.fulfillment.states import View


@click.group("fulfillment")
def fulfillment_cli() -> None:
    """The desk: parcels to send, trips to book, problems."""


@fulfillment_cli.command("list")
@click.option(
    "--view", type=click.Choice([view.value for view in View]), default=View.TO_DO.value,
    show_default=True, help="Which pile.",
)  # fmt: skip
def list_tasks(view: str) -> None:
    """List one pile of tasks, what is due first on top."""
    rows = queries.pile(View(view))
    for row in rows:
        what = ", ".join(filter(None, (row.facts["name"], row.facts["label"])))
        click.echo(
            f"{row.id}  {row.work.label}: {what}  for {row.for_whom} ({row.reference})  "
            f"{row.state.label}, due {day(row.due_on)}, {row.owner or 'nobody yet'}"
            + (f"  {row.problem}" if row.problem else "")
        )
    click.echo(f"{len(rows)} in “{View(view).label}”.")
