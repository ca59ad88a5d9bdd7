"""`bin/laurel gifts …`: what people give to colleagues, and where that stands."""

import click

from redemption.gifts.queries import every_gift
from redemption.gifts.states import GiftState


@click.group("gifts")
def gifts_cli() -> None:
    """Gifts: what people give to colleagues and where that stands."""


@gifts_cli.command("list")
@click.option("--state", type=click.Choice([one.value for one in GiftState]), help="Only these.")
@click.option(
    "--limit",
    default=50,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="So many at most.",
)
def list_gifts(state: str | None, limit: int) -> None:
    """List gifts, newest first. What givers write is for those they give to."""
    for row in every_gift(state=GiftState(state) if state else None, limit=limit):
        until = f", until {row.answer_by:%Y-%m-%d}" if row.answer_by else ", not asked yet"
        waits = until if row.state is GiftState.OPEN else ""
        click.echo(
            f"{row.reference}  {row.giver} to {row.recipient}: {row.name}  "
            f"{row.state.label.lower()}{waits}"
        )
