"""`bin/laurel gifts …`: what people give to colleagues, and where that stands."""

import click

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.people.queries import actor_named
from marketplace.web.forms import new_request_key
from redemption.cli import PARCEL, parcel_address
from redemption.gifts.operations import accept_gift, decline_gift
from redemption.gifts.queries import every_gift, received_gift
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


@gifts_cli.command("accept")
@click.argument("person")
@click.argument("reference")
@PARCEL
def accept(person: str, reference: str, *, parcel: tuple[str, ...] | None) -> None:
    """Let PERSON take the gift REFERENCE; it is prepared for them now."""
    actor, at = actor_named(person), clock.now()
    gift = received_gift(actor, reference.upper(), at=at)
    address = parcel_address(actor, parcel) if gift.needs_address else None
    with transaction():
        accept_gift(actor, gift.reference, address, request_key=new_request_key(), at=at)
    click.echo(f"{actor.name} took it. {gift.giver} hears of it.")


@gifts_cli.command("decline")
@click.argument("person")
@click.argument("reference")
def decline(person: str, reference: str) -> None:
    """Let PERSON leave the gift REFERENCE; the points go back."""
    actor, at = actor_named(person), clock.now()
    gift = received_gift(actor, reference.upper(), at=at)
    with transaction():
        decline_gift(actor, gift.reference, request_key=new_request_key(), at=at)
    click.echo(f"{actor.name} left it. The points go back to {gift.giver}.")
