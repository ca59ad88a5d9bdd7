"""`bin/laurel catalog`: look at the shelf and put things on it or off it."""

from datetime import UTC, datetime

import click

from catalog import operations, queries
from catalog.operations import NewPrice
from catalog.queries import RewardEditor, ShelfFilters, ShelfView
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.commands import WholeNumber
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


@catalog_cli.command("discard")
@click.argument("slug")
@click.option("--reason", default="", help="Kept with the move.")
def discard(slug: str, reason: str) -> None:
    """Put a draft aside that nobody asked for; its address is free again."""
    page, at = _reward(slug), clock.now()
    with transaction():
        operations.discard_draft(Actor.system(), page.id, reason=reason, at=at)
    click.echo(f"{page.name} is discarded.")


@catalog_cli.command("price")
@click.argument("sku")
@click.argument("points", type=WholeNumber(1, 100_000_000))
@click.option("--country", metavar="XX", help="Only there, for example PT.")
@click.option("--from", "begins", metavar="MOMENT", help="Day, or day and time in UTC.")
@click.option("--until", "ends", metavar="MOMENT", help="Day, or day and time in UTC.")
def price(sku: str, points: int, country: str | None, begins: str | None, ends: str | None) -> None:
    """Say what a variant costs from now on, from a moment, or in one country."""
    if country and not (country.isascii() and country.isalpha() and len(country) == 2):
        raise click.BadParameter("A country has two letters, for example PT.")
    new = NewPrice(
        points=points,
        country=country.upper() if country else None,
        valid_from=_moment(begins),
        valid_until=_moment(ends),
    )
    with transaction():
        variant_id = operations.variant_id_of(sku)
        operations.plan_price(Actor.system(), variant_id, new, at=clock.now())
    where = f" in {new.country}" if new.country else ""
    click.echo(f"{sku}: {points:,} points{where}.")


@catalog_cli.command("adjust", context_settings={"ignore_unknown_options": True})
@click.argument("sku")
@click.argument("change")
@click.option("--reason", required=True, help="Kept with the change.")
def adjust(sku: str, change: str, reason: str) -> None:
    """Say how many of a variant came or went: +20 or -2."""
    number, at = _difference(change), clock.now()
    with transaction():
        variant_id = operations.variant_id_of(sku)
        after = operations.adjust_stock(Actor.system(), variant_id, number, reason=reason, at=at)
    click.echo(f"{sku}: {number:+,}, {after:,} in all.")


@catalog_cli.command("schedule")
@click.argument("slug")
@click.option("--from", "begins", metavar="MOMENT", help="Day, or day and time in UTC.")
@click.option("--until", "ends", metavar="MOMENT", help="Day, or day and time in UTC.")
def schedule(slug: str, begins: str | None, ends: str | None) -> None:
    """Offer a reward from one moment until another; without them as long as it is published."""
    page, at = _reward(slug), clock.now()
    window = _moment(begins), _moment(ends)
    with transaction():
        operations.schedule_reward(Actor.system(), page.id, *window, at=at)
    said = [
        f"{word} {when:%Y-%m-%d %H:%M} UTC"
        for word, when in zip(("from", "until"), window, strict=True)
        if when
    ]
    click.echo(f"{page.name}: {', '.join(said) or 'as long as it is published'}.")


@catalog_cli.command("late-return")
@click.argument("slug")
@click.argument("steps")
def late_return(slug: str, steps: str) -> None:
    """Say what of a trip comes back after its last day to ask: `60:50, 30:25`, or `none`.

    Days before the departure and percent of the points of a booked place, the earliest first.
    """
    page, at = _reward(slug), clock.now()
    said = "" if steps == "none" else steps
    with transaction():
        operations.amend_reward(Actor.system(), page.id, at=at, late_return=said)
    kept = _reward(slug).late_return
    click.echo(f"{page.name}: {kept or 'nothing comes back after the last day to ask'}.")


@catalog_cli.command("movements")
@click.argument("sku")
def movements(sku: str) -> None:
    """List what came and went of a variant lately, the newest first."""
    for row in queries.stock_movements(operations.variant_id_of(sku)):
        change = "set" if row.change is None else f"{row.change:+,}"
        after = UNLIMITED if row.after is None else f"{row.after:,} in all"
        who = row.who or "Laurel"
        why = f"{row.reason or 'begun with'}, {who}"
        click.echo(f"{row.at:%Y-%m-%d %H:%M}  {change:>8}  {after:>14}  {why}")


def _difference(text: str) -> int:
    sign, digits = (-1, text[1:]) if text[:1] == "-" else (1, text.removeprefix("+"))
    try:
        return sign * parse_whole_number(digits, low=1, high=10_000_000)
    except CannotRead as refusal:
        raise click.BadParameter("Enter a number such as +20 or -2.") from refusal


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError as refusal:
        raise click.BadParameter("Enter 2026-12-01 or 2026-12-01T09:30.") from refusal
