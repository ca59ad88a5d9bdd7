"""`bin/laurel cancellations …`: a departure does not take place, and how far it is."""

import click

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from marketplace.people.queries import actor_named
from redemption.travel.cancellations.jobs import make_all_whole, pass_on_places
from redemption.travel.cancellations.operations.canceling import CallOff, call_off
from redemption.travel.cancellations.queries.desk import (
    NOTHING,
    instead_choices,
    progress_of,
)
from redemption.travel.cancellations.queries.standing import WhatFollows, what_follows
from redemption.travel.invitations.queries.standing import departure_with
from redemption.travel.invitations.states import Trade


@click.group("cancellations")
def cancellations_cli() -> None:
    """Departures that do not take place, and making everyone on them whole."""


@cancellations_cli.command("cancel")
@click.argument("sku")
@click.argument("reason")
@click.option("--give", default=NOTHING, help="What who was invited gets; `--give ?` lists it.")
@click.option("--dry-run", is_flag=True, help="Say what would follow; change nothing.")
@click.option("--by", required=True, help="Who does it, by id or e-mail.")
def cancel(sku: str, reason: str, give: str, by: str, dry_run: bool) -> None:
    """Cancel a departure for a REASON that everyone on it reads."""
    variant_id, at = departure_with(sku), clock.now()
    offered = dict(instead_choices(variant_id, at=at))
    if give not in offered:
        listed = "\n".join(f"  {value}  {words}" for value, words in offered.items())
        raise BadInput(f"Who was invited may get one of these:\n{listed}")
    click.echo(_words(what_follows(variant_id)))
    if dry_run:
        click.echo("Nothing was changed.")
        return
    trade, _, later = give.partition(":")
    how = CallOff(reason=reason, trade=Trade(trade), later_variant_id=int(later) if later else None)
    with transaction():
        call_off(actor_named(by), variant_id, how, at=at)
    click.echo("Canceled. A worker makes everyone whole; `cancellations show` says how far it is.")


def _words(follows: WhatFollows) -> str:
    return (
        f"{follows.bought:,} places bought for {follows.bought_points:,} points, "
        f"{follows.asked:,} asked for with {follows.asked_points:,} points, "
        f"{follows.going:,} who go by invitation, {follows.invited:,} who have not answered, "
        f"{follows.owed:,} who wait for a place, {follows.next_in_order:,} next in order."
    )


@cancellations_cli.command("show")
@click.argument("sku")
def show(sku: str) -> None:
    """Show how far a canceled departure is, and who got what back."""
    found = progress_of(departure_with(sku))
    if found is None:
        raise BadInput("This departure was not canceled.")
    click.echo(f"{found.done:,} of {found.people:,} made whole. {found.reason}")
    for row in found.rows:
        way = "bought" if row.is_bought else "invited"
        click.echo(f"  {row.name} ({way}): {row.points:,} points")


@cancellations_cli.command("go-on")
@click.argument("sku")
def go_on(sku: str) -> None:
    """Make everyone whole who is left, as the clock does each hour."""
    done = make_all_whole(departure_with(sku), at=clock.now())
    click.echo(f"{done:,} made whole.")


@cancellations_cli.command("leavers")
def leavers() -> None:
    """Give back what people bought who no longer work here, as the clock does each hour."""
    click.echo(f"{pass_on_places(at=clock.now()):,} places given back.")
