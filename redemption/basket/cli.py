"""`bin/laurel baskets …`: what people put aside to ask for together."""

import click

from redemption.basket.queries import held_baskets


@click.group("baskets")
def baskets_cli() -> None:
    """Baskets: what people put aside to ask for together. Nothing is set aside by that."""


@baskets_cli.command("list")
@click.option(
    "--limit",
    default=50,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="So many at most.",
)
def list_baskets(limit: int) -> None:
    """List what lies in baskets, what was put in last first."""
    for row in held_baskets(limit):
        click.echo(
            f"{row.added_at:%Y-%m-%d}  {row.quantity:>2} × {row.seen_points:>9,}  "
            f"{row.who}: {row.name}"
        )
