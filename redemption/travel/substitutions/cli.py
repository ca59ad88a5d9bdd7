"""`bin/laurel substitutions …`: who goes in whose place, and agreeing to it."""

import click

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.people.queries import actor_named
from marketplace.web.forms import new_request_key
from redemption.travel.invitations.queries.checked import people_in_order
from redemption.travel.invitations.queries.standing import departure_with
from redemption.travel.substitutions import operations
from redemption.travel.substitutions.queries import of_departure

_BY = click.option("--by", required=True, help="Who does it, by id or e-mail.")


@click.group("substitutions")
def substitutions_cli() -> None:
    """Colleagues who go in the place of somebody invited."""


@substitutions_cli.command("list")
@click.argument("sku")
def list_named(sku: str) -> None:
    """List who is named to go in whose place on a departure."""
    for one in of_departure(departure_with(sku)):
        click.echo(f"{one.id}  {one.colleague} in the place of {one.first}: {one.state.value}")


@substitutions_cli.command("name")
@click.argument("invitation_id", type=int)
@click.argument("colleague")
@_BY
def name(invitation_id: int, colleague: str, by: str) -> None:
    """Name a COLLEAGUE, by number or e-mail, for the person who goes."""
    (who,) = people_in_order([colleague])
    with transaction():
        made = operations.name_colleague(actor_named(by), invitation_id, who, at=clock.now())
    click.echo(f"Named: number {made}. The place stays until the colleague says yes.")


@substitutions_cli.command("agree")
@click.argument("substitution_id", type=int)
@_BY
def agree(substitution_id: int, by: str) -> None:
    """Agree to it; the colleague is asked."""
    with transaction():
        operations.agree(actor_named(by), substitution_id, at=clock.now())
    click.echo("Agreed. The colleague is asked.")


@substitutions_cli.command("refuse")
@click.argument("substitution_id", type=int)
@click.argument("reason")
@_BY
def refuse(substitution_id: int, reason: str, by: str) -> None:
    """Do not agree, for a REASON that who asked reads."""
    with transaction():
        operations.refuse(actor_named(by), substitution_id, reason, at=clock.now())
    click.echo("Not agreed. The place stays where it is.")


@substitutions_cli.command("take")
@click.argument("substitution_id", type=int)
@click.option("--guests", type=click.IntRange(0, 4), default=0, help="How many come along.")
@_BY
def take(substitution_id: int, guests: int, by: str) -> None:
    """Say yes for the colleague."""
    key = new_request_key()
    with transaction():
        booking = operations.take_place(
            actor_named(by), substitution_id, guests, request_key=key, at=clock.now()
        )
    click.echo(f"They go. The booking is {booking}.")


@substitutions_cli.command("decline")
@click.argument("substitution_id", type=int)
@_BY
def decline(substitution_id: int, by: str) -> None:
    """Say no for the colleague; the first keeps the place."""
    with transaction():
        operations.decline_offer(actor_named(by), substitution_id, at=clock.now())
    click.echo("Declined. The place stays where it is.")


@substitutions_cli.command("take-back")
@click.argument("substitution_id", type=int)
@_BY
def take_back(substitution_id: int, by: str) -> None:
    """Take it back for who named the colleague."""
    with transaction():
        operations.take_back(actor_named(by), substitution_id, at=clock.now())
    click.echo("Taken back.")
