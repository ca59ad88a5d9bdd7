"""`bin/laurel catalog`: look at the shelf and put things on it or off it."""

import click

from catalog import operations, queries
from catalog.queries import RewardEditor, ShelfFilters, ShelfView
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.parsing import CannotRead, parse_whole_number

UNLIMITED = "unlimited"


@click.group("catalog")
def catalog_cli() -> None:
    """Rewards, their prices and their stock."""


@catalog_cli.command("list")
@click.option(
    "--state", type=click.Choice([view.value for view in ShelfView if view]), help="Only these."
)
@click.option("--tier", help="Slug of a tier.")
def list_rewards(state: str | None, tier: str | None) -> None:
    """List rewards, the newest first."""
    filters = ShelfFilters(view=ShelfView(state or ""), tier=tier)
    for row in queries.every_reward(filters, at=clock.now()):
        price = f"{row.points:,}" if row.points is not None else "-"
        left = "plenty" if row.left is None else f"{row.left:,} left"
        click.echo(f"{row.slug:48} {row.state.value:10} {row.tier_name:10} {price:>10}  {left}")


@catalog_cli.command("show")
@click.argument("slug")
def show(slug: str) -> None:
    """Show one reward with its variants."""
    page = queries.reward_editor(slug, at=clock.now())
    click.echo(
        f"{page.name}\n{page.kind.label}, {page.tier_slug}, {page.state.value}\n{page.summary}"
    )
    for one in page.variants:
        capacity = UNLIMITED if one.capacity is None else f"{one.capacity:,}"
        click.echo(
            f"{one.id:>6}  {one.sku:40} {one.points:>10,} points  capacity {capacity}, "
            f"set aside {one.reserved:,}, gone {one.sold:,}, {one.state.value}"
        )


@catalog_cli.command("publish")
@click.argument("slug")
def publish(slug: str) -> None:
    """Put a reward on the shelf."""
    page, at = _reward(slug), clock.now()
    with transaction():
        operations.publish_reward(Actor.system(), page.id, at=at)
    click.echo(f"{page.name} is on the shelf.")


@catalog_cli.command("retire")
@click.argument("slug")
@click.option("--reason", default="", help="Kept with the move.")
def retire(slug: str, reason: str) -> None:
    """Take a reward off the shelf; what was asked for before goes its way."""
    page, at = _reward(slug), clock.now()
    with transaction():
        operations.retire_reward(Actor.system(), page.id, reason=reason, at=at)
    click.echo(f"{page.name} is off the shelf.")


@catalog_cli.command("set-capacity")
@click.argument("sku")
@click.argument("capacity")
@click.option("--reason", required=True, help="Kept with the change.")
def set_capacity(sku: str, capacity: str, reason: str) -> None:
    """Say how many of a variant there are in all: a number, or `unlimited`."""
    number, at = _capacity(capacity), clock.now()
    with transaction():
        variant_id = operations.variant_id_of(sku)
        operations.set_capacity(Actor.system(), variant_id, number, reason=reason, at=at)
    click.echo(f"{sku}: {UNLIMITED if number is None else f'{number:,} in all'}.")


def _capacity(text: str) -> int | None:
    if text == UNLIMITED:
        return None
    try:
        return parse_whole_number(text, low=0, high=10_000_000)
    except CannotRead as refusal:
        raise click.BadParameter(f"{refusal} Or write {UNLIMITED}.") from refusal


def _reward(slug: str) -> RewardEditor:
    return queries.reward_editor(slug, at=clock.now())
