"""`bin/laurel fulfillment`: what lies at the desk, parcels that left, arrived or got lost."""

import sys
from datetime import date
from typing import IO

import click

from marketplace.kernel import clock
from marketplace.kernel.commands import BY, DAY
from marketplace.kernel.db import transaction
from marketplace.kernel.tabular import write_csv
from marketplace.people.queries import actor_named
from marketplace.web.filters import day
from marketplace.web.forms import new_request_key
from redemption.fulfillment import queries
from redemption.fulfillment.bulk import send_many
from redemption.fulfillment.operations import shipping
from redemption.fulfillment.pasted import MOST_LINES, read_pasted
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
    rows = queries.pile(View(view))[: queries.LISTED]
    for row in rows:
        what = ", ".join(filter(None, (row.facts["name"], row.facts["label"])))
        click.echo(
            f"{row.id}  {row.work.label}: {what}  for {row.for_whom} ({row.reference})  "
            f"{row.state.label}, due {day(row.due_on)}, {row.owner or 'nobody yet'}"
            + (f"  {row.problem}" if row.problem else "")
        )
    click.echo(f"{len(rows)} in “{View(view).label}”.")


@fulfillment_cli.command("send")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@BY
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
def send(file: IO[str], *, by: str, dry_run: bool) -> None:
    """Mark parcels as sent: one a line, request, carrier, tracking number, how many, day."""
    rows = read_pasted(file.read())
    if len(rows) > MOST_LINES:
        raise click.ClickException(f"Up to {MOST_LINES} lines at once; these are {len(rows):,}.")
    done = send_many(
        actor_named(by), rows, request_key=new_request_key(), at=clock.now(), dry_run=dry_run
    )
    for one in done:
        click.echo(f"{one.what}: {one.refusal or ('would be sent' if dry_run else 'sent')}")
    refused = len([one for one in done if one.refusal])
    click.echo(f"{len(done) - refused} of {len(done)}.")
    if refused:
        sys.exit(1)


@fulfillment_cli.command("arrived")
@click.argument("reference")
@BY
@click.option("--parcel", type=click.IntRange(min=1), help="Its number; all of them when absent.")
@click.option("--proof", default="", help="Who signed, or where it lies.")
def arrived(reference: str, *, by: str, parcel: int | None, proof: str) -> None:
    """Note that parcels of the request REFERENCE have arrived."""
    task_id = queries.parcel_task(reference)
    with transaction():
        shipping.mark_delivered(
            actor_named(by),
            task_id,
            request_key=new_request_key(),
            at=clock.now(),
            number=parcel,
            proof=proof,
        )
    click.echo("Delivered.")


@fulfillment_cli.command("lost")
@click.argument("reference")
@click.argument("parcel", type=click.IntRange(min=1))
@BY
@click.option("--words", required=True, help="What is known; the person reads it.")
def lost(reference: str, parcel: int, *, by: str, words: str) -> None:
    """Note that the parcel with this number of the request REFERENCE did not arrive."""
    task_id = queries.parcel_task(reference)
    with transaction():
        shipping.report_lost(
            actor_named(by), task_id, parcel, words, request_key=new_request_key(), at=clock.now()
        )
    click.echo("It is being looked into.")


@fulfillment_cli.command("make-good")
@click.argument("reference")
@click.argument("parcel", type=click.IntRange(min=1))
@BY
@click.option("--points", is_flag=True, help="Give its points back instead of sending it again.")
def make_good(reference: str, parcel: int, *, by: str, points: bool) -> None:
    """Send what was in a lost parcel of the request REFERENCE again, or give its points back."""
    task_id = queries.parcel_task(reference)
    deed = shipping.refund_lost if points else shipping.send_again
    with transaction():
        deed(actor_named(by), task_id, parcel, request_key=new_request_key(), at=clock.now())
    click.echo("Its points are back." if points else "It lies at the desk again.")


@fulfillment_cli.command("donations")
@click.option("--since", type=DAY, help="The first day; the first of the year when absent.")
@click.option("--until", type=DAY, help="The last day; today when absent.")
def donations(since: date | None, until: date | None) -> None:
    """Write what was given, with its receipts, as CSV."""
    last = until or clock.today()
    rows = queries.donation_rows(since or last.replace(month=1, day=1), last)
    for piece in write_csv(rows, queries.DONATION_COLUMNS):
        click.echo(piece, nl=False)
