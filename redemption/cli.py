"""`bin/laurel redemptions …`: what people asked for, and where it stands."""

import click

from marketplace.kernel import clock
from marketplace.web.filters import moment
from redemption.queries import OperatorRow, every_request, stories_for_operators
from redemption.roll_up import rolled_up
from redemption.states import LineState


@click.group("redemptions")
def redemptions_cli() -> None:
    """Redemptions: what people asked for and where it stands."""


@redemptions_cli.command("list")
@click.option(
    "--state", type=click.Choice([state.value for state in LineState]), help="Only these."
)
@click.option(
    "--limit",
    default=50,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="So many at most.",
)
def list_requests(state: str | None, limit: int) -> None:
    """List requests, newest first."""
    for row in every_request(state=LineState(state) if state else None, limit=limit):
        waits = f", waiting for {' or '.join(row.waits_for)}" if row.waits_for else ""
        click.echo(
            f"{row.reference}  {row.submitted_at:%Y-%m-%d}  {row.points:>9,}  "
            f"{row.state.label:<24}  {row.asker}: {row.name}{waits}"
        )


@redemptions_cli.command("show")
@click.argument("reference")
def show(reference: str) -> None:
    """Show the request with its whole story, line by line."""
    lines = stories_for_operators(reference.upper(), at=clock.now())
    if len(lines) > 1:
        standing = rolled_up([line.where for line in lines])
        click.echo(f"{reference.upper()}: {len(lines):,} rewards. {standing}")
    for line in lines:
        _tell(line)


def _tell(line: OperatorRow) -> None:
    click.echo(f"{line.reference}: {line.asker} asked for {line.name}")
    click.echo(f"{line.points:,} points, {line.state.label.lower()}")
    click.echo(f"Asked on {moment(line.submitted_at)}")
    for item in line.story:
        note = f" ({item.note})" if item.note else ""
        click.echo(f"  {item.when or 'next':<26}  {item.what}{note}")
