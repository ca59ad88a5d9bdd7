"""`bin/laurel baskets …`: what people put aside to ask for together."""

import click

from catalog.queries import offer
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_named
from marketplace.web.filters import points_word, so_many
from marketplace.web.forms import new_request_key
from redemption.basket.operations import change_quantity, put_in
from redemption.basket.queries import basket_check, held_baskets
from redemption.basket.states import MOST_UNITS
from redemption.cli import AMOUNT, PARCEL, amount_in, parcel_address
from redemption.operations.submit import submit_redemption
from redemption.waiting.queries.lines import variant_with


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


@baskets_cli.command("show")
@click.argument("person")
def show(person: str) -> None:
    """Show what lies in the basket of PERSON, what it costs now, and what stands in the way."""
    actor, at = actor_named(person), clock.now()
    page = basket_check(actor, available=points_of(actor.id, at=at).available, at=at)
    for line in page.lines:
        said = f": {line.changed.text}" if line.changed else ""
        click.echo(f"{line.item_id}  {points_word(line.points):>13}  {line.title}{said}")
    click.echo(
        f"{points_word(page.points)} of {points_word(page.available)}. {page.obstacle}".strip()
    )


@baskets_cli.command("put")
@click.argument("person")
@click.argument("sku")
@AMOUNT
def put(person: str, sku: str, *, amount: str | None) -> None:
    """Put one of a variant into the basket of PERSON, or one more."""
    actor, at = actor_named(person), clock.now()
    wanted = offer(actor, variant_with(sku), at=at)
    minor = amount_in(amount, wanted)
    with transaction():
        name = put_in(
            actor, wanted.variant_id, amount_minor=minor, request_key=new_request_key(), at=at
        )
    click.echo(f"{name} is in the basket of {actor.name}. Nothing is set aside.")


@baskets_cli.command("change")
@click.argument("person")
@click.argument("item_id", type=click.IntRange(min=1))
@click.argument("quantity", type=click.IntRange(0, MOST_UNITS))
def change(person: str, item_id: int, quantity: int) -> None:
    """Change how many of ITEM_ID lie in the basket of PERSON; 0 takes it out."""
    actor = actor_named(person)
    with transaction():
        name = change_quantity(
            actor, item_id, quantity, request_key=new_request_key(), at=clock.now()
        )
    click.echo(f"{quantity:,} of {name}." if quantity else f"{name} is out of the basket.")


@baskets_cli.command("ask")
@click.argument("person")
@PARCEL
def ask(person: str, *, parcel: tuple[str, ...] | None) -> None:
    """Ask for all that lies in the basket of PERSON in one request, at today's prices."""
    actor, at = actor_named(person), clock.now()
    page = basket_check(actor, available=points_of(actor.id, at=at).available, at=at)
    if not page.lines or page.obstacle:
        raise BadInput(page.obstacle or f"Nothing lies in the basket of {actor.name}.")
    address = parcel_address(actor, parcel) if page.needs_address else None
    with transaction():
        reference = submit_redemption(
            actor, *page.orders(address), request_key=new_request_key(), at=at
        )
    click.echo(f"{actor.name} asked for {so_many(len(page.lines), 'reward')}: {reference}.")
