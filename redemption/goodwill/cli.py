"""`bin/laurel refunds`: points given back as a goodwill, and everything that came back."""

from datetime import date

import click

from marketplace.kernel import clock
from marketplace.kernel.commands import BY, DAY
from marketplace.kernel.db import transaction
from marketplace.kernel.tabular import write_csv
from marketplace.people.queries import actor_named
from marketplace.web.filters import day, points_word
from marketplace.web.forms import new_request_key
from redemption.goodwill import operations, queries
from redemption.goodwill.operations import Amends

_NUMBER = click.argument("number", type=click.IntRange(min=1))


@click.group("refunds")
def refunds_cli() -> None:
    """Refunds: points given back as a goodwill, and all that came back."""


@refunds_cli.command("list")
def list_refunds() -> None:
    """List what was given as a goodwill; what waits for a second person first."""
    for row in queries.goodwill_listed():
        click.echo(
            f"{row.id}  {day(row.proposed_at)}  {row.points:>9,}  {row.state.label}  "
            f"{row.for_whom}: {row.name} ({row.reference}), {row.proposed_by}: {row.reason}"
            f"{f'; {row.decided_by}: {row.why_not}' if row.why_not else ''}"
        )


@refunds_cli.command("give")
@click.argument("reference")
@click.argument("points", type=click.IntRange(min=1))
@BY
@click.option("--reason", required=True, help="Why; the person reads it.")
def give(reference: str, points: int, *, by: str, reason: str) -> None:
    """Give POINTS of the request REFERENCE back, or propose it where a second person is needed."""
    amends, key = Amends(points, reason), new_request_key()
    with transaction():
        state = operations.propose_goodwill(
            actor_named(by), reference, amends, request_key=key, at=clock.now()
        )
    click.echo(f"{points_word(points)}: {state.label.lower()}.")


@refunds_cli.command("agree")
@_NUMBER
@BY
def agree(number: int, *, by: str) -> None:
    """Agree to the goodwill NUMBER as the second person; its points come back."""
    key = new_request_key()
    with transaction():
        operations.agree_to_goodwill(actor_named(by), number, request_key=key, at=clock.now())
    click.echo("Agreed.")


@refunds_cli.command("decline")
@_NUMBER
@BY
@click.option("--why", default="", help="Why not; who proposed it reads it.")
def decline(number: int, *, by: str, why: str) -> None:
    """Decline the goodwill NUMBER with a reason, or take back one's own without."""
    key = new_request_key()
    with transaction():
        operations.decline_goodwill(actor_named(by), number, why, request_key=key, at=clock.now())
    click.echo("No point moved.")


@refunds_cli.command("export")
@click.option("--since", type=DAY, help="The first day; the first of the year when absent.")
@click.option("--until", type=DAY, help="The last day; today when absent.")
def export(since: date | None, until: date | None) -> None:
    """Write everything that came back after it was spent as CSV."""
    last = until or clock.today()
    rows = queries.refund_rows(since or last.replace(month=1, day=1), last)
    for piece in write_csv(rows, queries.COLUMNS):
        click.echo(piece, nl=False)
