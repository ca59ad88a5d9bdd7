"""`bin/laurel trip-desk …`: who sleeps where on a departure."""

import click

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.people.queries import actor_named
from redemption.travel.desk.funnel.queries import funnel_of
from redemption.travel.desk.queries import OnTrip, travelers_on
from redemption.travel.desk.rooming.operations import (
    Target,
    move_traveler,
    place_everyone,
    undo_change,
)
from redemption.travel.desk.rooming.queries import Rooming, rooming_of
from redemption.travel.invitations.queries.standing import departure_with

_BY = click.option("--by", required=True, help="Who does it, by id or e-mail.")


@click.group("trip-desk")
def trip_desk_cli() -> None:
    """The desk of a departure: how far everyone is, and who sleeps where."""


@trip_desk_cli.command("show")
@click.argument("sku")
def show(sku: str) -> None:
    """Show how far everyone on a departure is, and what is still missing."""
    funnel = funnel_of(departure_with(sku))
    for stage, people in funnel.counts.items():
        click.echo(f"{stage.label}: {people:,}")
    for one in funnel.travelers:
        missing = ", ".join(stage.missing for stage in one.lacks(funnel.stages))
        click.echo(f"  {one.who.number}  {one.who.called}: {missing or 'nothing missing'}")


@trip_desk_cli.command("rooms")
@click.argument("sku")
def rooms(sku: str) -> None:
    """List the rooms of a departure, who sleeps there, and what to look at."""
    found = rooming_of(departure_with(sku))
    for room in found.rooms:
        people = ", ".join(who.called for who in room.people) or "nobody"
        click.echo(
            f"{room.label} ({room.kind.name}, {len(room.people)} of {room.sleeps}): {people}"
        )
    for one in found.conflicts:
        click.echo(f"  {one.words}")
    click.echo(f"{found.placed:,} of {found.people:,} people have a bed.")


@trip_desk_cli.command("place")
@click.argument("sku")
@_BY
def place(sku: str, by: str) -> None:
    """Give everyone a bed who has none, parties together."""
    with transaction():
        placed = place_everyone(actor_named(by), departure_with(sku), at=clock.now())
    click.echo(f"{placed:,} people have a bed now.")


@trip_desk_cli.command("move")
@click.argument("sku")
@click.argument("traveler")
@click.argument("room")
@_BY
def move(sku: str, traveler: str, room: str, by: str) -> None:
    """Put a TRAVELER, by the number B-7KQ2MX/2, into a ROOM by its name.

    The name of a kind of room means a new one; `out` means out of their room.
    """
    variant_id = departure_with(sku)
    who, rooming = _traveler(variant_id, traveler), rooming_of(variant_id)
    with transaction():
        words = move_traveler(
            actor_named(by),
            variant_id,
            who.id,
            _target(rooming, room),
            seen=rooming.room_of.get(who.id),
            at=clock.now(),
        )
    click.echo(f"{words.rstrip('.')}.")


def _traveler(variant_id: int, number: str) -> OnTrip:
    for who in travelers_on(variant_id):
        if who.number == number:
            return who
    raise NotFound(f"Nobody on this departure has the number {number}. Look with: trip-desk show.")


def _target(rooming: Rooming, name: str) -> Target:
    if name == "out":
        return Target()
    for room in rooming.rooms:
        if room.label == name:
            return Target(room_id=room.id)
    for kind in rooming.kinds:
        if kind.name == name:
            return Target(kind_id=kind.id)
    raise BadInput(f"No room or kind of room is called {name}. Look with: trip-desk rooms.")


@trip_desk_cli.command("undo")
@click.argument("sku")
@_BY
def undo(sku: str, by: str) -> None:
    """Take the newest change of rooms back."""
    variant_id = departure_with(sku)
    last = rooming_of(variant_id).last
    if last is None or not last.can_undo:
        raise BadInput("There is no change of rooms to take back.")
    with transaction():
        undo_change(actor_named(by), variant_id, last.id, at=clock.now())
    click.echo(f"Taken back: {last.words}.")
