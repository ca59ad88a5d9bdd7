"""`bin/laurel returns`: what people send back, answered and received."""

import click

from marketplace.kernel import clock
from marketplace.kernel.commands import BY
from marketplace.kernel.db import transaction
from marketplace.people.queries import actor_named
from marketplace.web.filters import day, points_word
from marketplace.web.forms import new_request_key
from redemption.sending_back import operations, queries
from redemption.sending_back.operations import Received, Wanted

_NUMBER = click.argument("number", type=click.IntRange(min=1))


@click.group("returns")
def returns_cli() -> None:
    """Returns: what people send back, and the points for it."""


@returns_cli.command("list")
@click.option("--over", is_flag=True, help="Those that are over.")
def list_returns(*, over: bool) -> None:
    """List the returns that wait for the desk or the post."""
    for row in queries.pile(is_open=not over):
        click.echo(
            f"{row.id}  {row.units} x {row.facts['name']}  from {row.for_whom} ({row.reference})  "
            f"{row.state.label}, by {day(row.due_on)}, {points_word(row.points)}: {row.reason}"
        )


@returns_cli.command("ask")
@click.argument("reference")
@BY
@click.option("--units", required=True, type=click.IntRange(1, 1000), help="How many.")
@click.option("--reason", required=True, help="Why.")
def ask(reference: str, *, by: str, units: int, reason: str) -> None:
    """Ask to send units of the request REFERENCE back."""
    wanted = Wanted(units, reason)
    with transaction():
        operations.ask_return(
            actor_named(by),
            reference.upper(),
            wanted,
            request_key=new_request_key(),
            at=clock.now(),
        )
    click.echo("Asked.")


@returns_cli.command("accept")
@_NUMBER
@BY
@click.option("--words", required=True, help="Where to send it; the person reads it.")
def accept(number: int, *, by: str, words: str) -> None:
    """Agree to the return NUMBER."""
    with transaction():
        operations.accept_return(
            actor_named(by), number, words, request_key=new_request_key(), at=clock.now()
        )
    click.echo("Agreed.")


@returns_cli.command("decline")
@_NUMBER
@BY
@click.option("--why", required=True, help="Why not; the person reads it.")
def decline(number: int, *, by: str, why: str) -> None:
    """Decline the return NUMBER; the person keeps it, and no point moves."""
    with transaction():
        operations.decline_return(
            actor_named(by), number, why, request_key=new_request_key(), at=clock.now()
        )
    click.echo("Declined.")


@returns_cli.command("receive")
@_NUMBER
@BY
@click.option("--units", required=True, type=click.IntRange(1, 1000), help="How many arrived.")
@click.option("--damaged", default=0, type=click.IntRange(0, 1000), help="Of those no stock.")
@click.option("--note", default="", help="A word about it; the person reads it.")
def receive(number: int, *, by: str, units: int, damaged: int, note: str) -> None:
    """Note that the return NUMBER has arrived; its points come back."""
    arrived = Received(units, damaged, note)
    with transaction():
        back = operations.receive_return(
            actor_named(by), number, arrived, request_key=new_request_key(), at=clock.now()
        )
    click.echo(f"Received. {points_word(back)} came back.")
