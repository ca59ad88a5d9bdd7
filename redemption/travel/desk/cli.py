"""`bin/laurel trip-desk …`: beds, tickets, transfers, activities, lists and messages."""

from datetime import UTC, datetime
from pathlib import Path

import click

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.people.queries import actor_named
from redemption.travel.activities.queries import choices_of
from redemption.travel.desk.activities.operations import Move, move_person
from redemption.travel.desk.activities.queries import activity_on, without_a_place
from redemption.travel.desk.funnel.queries import funnel_of
from redemption.travel.desk.manifests.operations import hand_over
from redemption.travel.desk.manifests.policies import Order
from redemption.travel.desk.manifests.queries import given_lists
from redemption.travel.desk.manifests.states import FileKind, ListKind
from redemption.travel.desk.messages.jobs import send_due
from redemption.travel.desk.messages.operations import cancel_message, plan_message
from redemption.travel.desk.messages.policies import NewMessage
from redemption.travel.desk.messages.queries import EVERYONE, LIST, audiences, messages_of
from redemption.travel.desk.queries import OnTrip, travelers_on
from redemption.travel.desk.rooming.operations import (
    Target,
    move_traveler,
    place_everyone,
    undo_change,
)
from redemption.travel.desk.rooming.queries import Rooming, rooming_of
from redemption.travel.desk.tickets.queries import tickets_on
from redemption.travel.desk.tickets.states import Direction
from redemption.travel.desk.transfers.operations import get_off, get_on, seat_everyone
from redemption.travel.invitations.queries.standing import departure_with

_BY = click.option("--by", required=True, help="Who does it, by id or e-mail.")


@click.group("trip-desk")
def trip_desk_cli() -> None:
    """The desk of a departure: beds, tickets, transfers, activities, lists and messages."""


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


@trip_desk_cli.command("tickets")
@click.argument("sku")
def tickets(sku: str) -> None:
    """List who flies how, and who has no ticket. Files come in with: imports upload."""
    found = tickets_on(departure_with(sku))
    for way in Direction:
        for group in found.flights(way):
            row = group.flight
            who = ", ".join(one.called for one in group.people)
            hours = f"{row.departs_on} {row.departs_at:%H:%M} to {row.arrives_at:%H:%M}"
            click.echo(
                f"{way.label}: {row.flight} {row.from_airport}-{row.to_airport}, {hours}: {who}"
            )
        click.echo(f"{len(found.without(way)):,} without a ticket {way.value}.")


@trip_desk_cli.command("seat")
@click.argument("sku")
@_BY
def seat(sku: str, by: str) -> None:
    """Put everyone with a ticket on the transfer that fits their flight."""
    with transaction():
        seated = seat_everyone(actor_named(by), departure_with(sku), at=clock.now())
    click.echo(f"{seated:,} people have a seat now.")


@trip_desk_cli.command("ride")
@click.argument("sku")
@click.argument("traveler")
@click.argument("transfer", type=int)
@click.option("--off", is_flag=True, help="Take them off it.")
@_BY
def ride(sku: str, traveler: str, transfer: int, by: str, *, off: bool) -> None:
    """Put a TRAVELER on a TRANSFER of the plan, by its number in: trips show."""
    variant_id = departure_with(sku)
    who = _traveler(variant_id, traveler)
    with transaction():
        deed = get_off if off else get_on
        done = deed(actor_named(by), variant_id, transfer, [who.id], at=clock.now())
    click.echo(f"{who.called} {'is off' if off else 'rides'}." if done else "Nothing changed.")


@trip_desk_cli.command("activities")
@click.argument("sku")
def activities(sku: str) -> None:
    """List what can be chosen on a departure, and who has a place on it."""
    variant_id = departure_with(sku)
    for choice in choices_of(variant_id):
        who = activity_on(variant_id, choice.item_id).people
        names = ", ".join(one.called for one in who) or "nobody"
        of = "" if choice.seats is None else f" of {choice.seats:,}"
        click.echo(f"{choice.item_id}  {choice.name} ({choice.taken:,}{of}): {names}")
    click.echo(f"{len(without_a_place(variant_id)):,} people have a place on nothing.")


@trip_desk_cli.command("activity")
@click.argument("sku")
@click.argument("traveler")
@click.argument("activity", type=int)
@click.option("--from", "was", type=int, help="The activity they leave for it.")
@click.option("--off", is_flag=True, help="Take them off it.")
@_BY
def change_activity(
    sku: str, traveler: str, activity: int, by: str, *, was: int | None, off: bool
) -> None:
    """Give a TRAVELER a place on an ACTIVITY, by its number in: trip-desk activities."""
    variant_id = departure_with(sku)
    who = _traveler(variant_id, traveler)
    move = Move(activity, None) if off else Move(was, activity)
    with transaction():
        words = move_person(actor_named(by), variant_id, who.id, move, at=clock.now())
    click.echo(f"{words}.")


@trip_desk_cli.command("hand-over")
@click.argument("sku")
@click.argument("kind", type=click.Choice([one.value for one in ListKind]))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--to", "receiver", required=True, help="Who gets it.")
@click.option("--reason", required=True, help="What they need it for; people read it.")
@click.option("--latin", is_flag=True, help="In Latin letters only.")
@_BY
def hand(sku: str, kind: str, file: Path, by: str, *, latin: bool, **about: str) -> None:
    """Write a list into a FILE that ends in .csv or .xlsx, and remember that it left."""
    try:
        file_kind = FileKind(file.suffix.lstrip(".").lower())
    except ValueError as unknown:
        raise BadInput("Give the file a name that ends in .csv or .xlsx.") from unknown
    order = Order(
        variant_id=departure_with(sku),
        kind=ListKind(kind),
        file_kind=file_kind,
        receiver=about["receiver"],
        reason=about["reason"],
        is_latin=latin,
    )
    with transaction():
        handed = hand_over(actor_named(by), order, at=clock.now())
    file.write_bytes(handed.content)
    click.echo(f"{handed.rows:,} rows for {about['receiver']}, list {handed.id}.")


@trip_desk_cli.command("lists")
@click.argument("sku")
def lists(sku: str) -> None:
    """List what was handed over: what, to whom, by whom, why."""
    for one in given_lists(departure_with(sku)):
        click.echo(
            f"{one.id}  {one.at:%Y-%m-%d %H:%M} {one.kind.label} ({one.file_kind.label}), "
            f"{one.rows:,} rows, to {one.receiver} by {one.who}: {one.reason}  {one.digest[:12]}"
        )


@trip_desk_cli.command("messages")
@click.argument("sku")
def messages(sku: str) -> None:
    """List the messages of a departure, and how many have each."""
    for one in messages_of(departure_with(sku)):
        click.echo(
            f"{one.id}  {one.send_at:%Y-%m-%d %H:%M} UTC, {one.state.label.lower()}: {one.subject} "
            f"({one.written:,} of {one.readers:,} written)"
        )


@trip_desk_cli.command("message")
@click.argument("sku")
@click.argument("subject")
@click.argument("text")
@click.option(
    "--to",
    "audience",
    type=click.Choice([name for name, _ in audiences() if name != LIST]),
    default=EVERYONE,
    help="Everyone, or who lacks something.",
)
@click.option(
    "--at",
    "send_at",
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"]),
    help="When it goes, UTC; without it now.",
)
@_BY
def message(
    sku: str, subject: str, text: str, by: str, *, audience: str, send_at: datetime | None
) -> None:
    """Write to travelers; fields such as {first name} and {room} are filled in for each."""
    at = clock.now()
    new = NewMessage(
        variant_id=departure_with(sku),
        audience=audience,
        subject=subject,
        text=text,
        send_at=send_at.replace(tzinfo=UTC) if send_at else at,
    )
    with transaction():
        message_id = plan_message(actor_named(by), new, at=at)
    click.echo(f"Message {message_id} goes {'at its time' if send_at else 'now'}.")


@trip_desk_cli.command("cancel-message")
@click.argument("sku")
@click.argument("message_id", type=int)
@_BY
def cancel(sku: str, message_id: int, by: str) -> None:
    """Stop a message before it goes."""
    with transaction():
        cancel_message(actor_named(by), departure_with(sku), message_id, at=clock.now())
    click.echo("It does not go out.")


@trip_desk_cli.command("send-due")
def send_now() -> None:
    """Send the messages whose time has come, as the clock does each minute."""
    click.echo(f"{send_due(at=clock.now()):,} messages were due.")
