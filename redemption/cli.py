"""`bin/laurel redemptions …`: what people asked for, and where it stands."""

from typing import Any

import click

from catalog.offers import Offer
from catalog.queries import offer
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.people.queries import actor_named, person_named
from marketplace.web.filters import moment
from marketplace.web.forms import new_request_key
from redemption.operations.ending import cancel_redemption
from redemption.operations.submit import submit_redemption
from redemption.policies import DELIVERED, Address, GiftTo, as_offered
from redemption.queries import OperatorRow, every_request, stories_for_operators
from redemption.queries.addresses import usual_address
from redemption.refusals import AddressMissing
from redemption.roll_up import rolled_up
from redemption.states import LineState
from redemption.waiting.queries.lines import variant_with

AMOUNT = click.option("--amount", metavar="MONEY", help="Over how much, where one chooses: 25.")
PARCEL = click.option(
    "--parcel",
    nargs=5,
    metavar="NAME STREET CODE TOWN COUNTRY",
    help="Where a parcel goes; without it where the last one went.",
)


def amount_in(text: str | None, wanted: Offer) -> int | None:
    """The amount that was given, for what can be had over several. Raises BadAmount."""
    return wanted.amounts.read(text or "") if wanted.amounts else None


def parcel_address(actor: Actor, given: tuple[str, ...] | None) -> Address:
    """Where a parcel goes: as given, or where the last one went. Raises AddressMissing."""
    address = Address(*given) if given else usual_address(actor)
    if not address.street.strip():
        raise AddressMissing
    return address


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


@redemptions_cli.command("ask")
@click.argument("person")
@click.argument("sku")
@AMOUNT
@click.option("--detail", multiple=True, nargs=2, metavar="NAME TEXT", help="What it asks for.")
@click.option("--gift-to", metavar="WHO", help="A colleague it is given to, by id or e-mail.")
@click.option("--words", default="", help="A few words for that colleague.")
@PARCEL
def ask(person: str, sku: str, **given: Any) -> None:
    """Let PERSON ask for a variant at today's price, as the check page does."""
    actor, at = actor_named(person), clock.now()
    found = offer(actor, variant_with(sku), at=at)
    wanted = found.over(amount_in(given["amount"], found))
    gift = GiftTo(person_named(given["gift_to"]).id, given["words"]) if given["gift_to"] else None
    goes = wanted.kind in DELIVERED and gift is None
    order = as_offered(
        wanted,
        address=parcel_address(actor, given["parcel"]) if goes else None,
        details=dict(given["detail"]),
        gift=gift,
    )
    with transaction():
        reference = submit_redemption(actor, order, request_key=new_request_key(), at=at)
    click.echo(f"{actor.name} asked for {wanted.name}: {reference}.")


@redemptions_cli.command("cancel")
@click.argument("person")
@click.argument("reference")
def cancel(person: str, reference: str) -> None:
    """Let PERSON take back the request REFERENCE, or of several lines what can be."""
    actor = actor_named(person)
    with transaction():
        cancel_redemption(actor, reference.upper(), request_key=new_request_key(), at=clock.now())
    click.echo("What can be canceled is. Its points are back.")
