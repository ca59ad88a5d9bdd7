"""`bin/laurel standing …`: who goes on a departure, and whether they still may."""

import click

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import NotFound
from marketplace.people.queries import actor_named
from redemption.travel.desk.standing.jobs import look_at_due
from redemption.travel.desk.standing.operations import Decision, confirm_fine
from redemption.travel.desk.standing.operations import decide as settle
from redemption.travel.desk.standing.queries import StandingRow, standings_on
from redemption.travel.desk.standing.states import StandingState
from redemption.travel.invitations.queries.standing import departure_with

_BY = click.option("--by", required=True, help="Who does it, by id or e-mail.")


@click.group("standing")
def standing_cli() -> None:
    """Good standing, looked at again before a trip leaves."""


@standing_cli.command("list")
@click.argument("sku")
def list_standing(sku: str) -> None:
    """List who goes on a departure, what is known against it, and what was decided."""
    found = standings_on(departure_with(sku))
    for row in found.rows:
        state = row.stands.label.lower()
        click.echo(f"{row.reference}  {row.name} ({row.way.lower()}): {row.why or 'fine'}, {state}")
    click.echo(
        f"{len(found.doubtful):,} to decide, {len(found.fine):,} fine and not confirmed, "
        f"{len(found.decided):,} decided."
    )


@standing_cli.command("look")
def look_now() -> None:
    """Look at who goes on what leaves soon, as the clock does each hour."""
    click.echo(f"{look_at_due(at=clock.now()):,} departures leave soon.")


@standing_cli.command("confirm")
@click.argument("sku")
@_BY
def confirm(sku: str, by: str) -> None:
    """Confirm everyone on a departure against whom nothing is known."""
    with transaction():
        people = confirm_fine(actor_named(by), departure_with(sku), seen=None, at=clock.now())
    click.echo(f"{people:,} confirmed.")


@standing_cli.command("keep")
@click.argument("sku")
@click.argument("booking")
@click.argument("reason")
@_BY
def keep(sku: str, booking: str, reason: str, by: str) -> None:
    """Let who has a BOOKING go all the same, for a REASON."""
    name = _decide(actor_named(by), sku, booking, (StandingState.KEPT, reason))
    click.echo(f"{name} goes.")


@standing_cli.command("withdraw")
@click.argument("sku")
@click.argument("booking")
@click.argument("reason")
@_BY
def take_away(sku: str, booking: str, reason: str, by: str) -> None:
    """Withdraw the place of a BOOKING, for a REASON that the person reads."""
    name = _decide(actor_named(by), sku, booking, (StandingState.WITHDRAWN, reason))
    click.echo(f"{name} does not go. The place is for the next.")


def _decide(actor: Actor, sku: str, booking: str, what: tuple[StandingState, str]) -> str:
    variant_id, (to, reason) = departure_with(sku), what
    row = _with_booking(variant_id, booking)
    decision = Decision(booking_id=row.booking_id, to=to, reason=reason, seen=row.stands)
    with transaction():
        return settle(actor, variant_id, decision, at=clock.now())


def _with_booking(variant_id: int, reference: str) -> StandingRow:
    for row in standings_on(variant_id).rows:
        if row.reference == reference.strip():
            return row
    raise NotFound(f"Nobody on this departure has the booking {reference}. Look: standing list.")
