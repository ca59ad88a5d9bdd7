"""`bin/laurel trips …`: group trips, their terms, days and rooms."""

from dataclasses import replace
from datetime import datetime, time
from typing import Any

import click

from catalog.trips import operations
from catalog.trips.plan import NewItem, NewRoom
from catalog.trips.queries.plan import plan_of
from catalog.trips.queries.planner import (
    PlannedDeparture,
    planned_trip,
    planned_trips,
    with_its_trip,
)
from catalog.trips.states import ItemKind, LineRule, SubstituteRule, TaxPayer
from catalog.trips.terms import guests_words
from catalog.views.dates import span_of_days
from marketplace.budgets.queries import budget_named
from marketplace.kernel import clock
from marketplace.kernel.commands import BY
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.people.queries import actor_named

_TAX = click.Choice([one.value for one in TaxPayer])
_SUBSTITUTES = click.Choice([one.value for one in SubstituteRule])
_RULES = click.Choice([one.value for one in LineRule])
_KINDS = click.Choice([one.value for one in ItemKind])


@click.group("trips")
def trips_cli() -> None:
    """Group trips: their terms, days and rooms."""


@trips_cli.command("list")
def list_trips() -> None:
    """List every trip with its departures, the next first."""
    trips = planned_trips()
    for trip in trips:
        click.echo(f"{trip.slug}  {trip.name} ({trip.state})")
        for one in trip.departures:
            click.echo(f"  {_departure(one)}")
    click.echo(f"{len(trips):,} trip{'' if len(trips) == 1 else 's'}.")


def _departure(one: PlannedDeparture) -> str:
    of = "" if one.capacity is None else f" of {one.capacity:,}"
    when = span_of_days(one.dates.starts_on, one.dates.ends_on)
    awaited = f"{one.awaited:,} waited for, " if one.awaited else ""
    short = f", {one.beds_missing} beds too few" if one.beds_missing else ""
    return (
        f"{one.sku}  {when}, {one.dates.place}: {one.taken:,}{of} places taken, {awaited}"
        f"{one.items} entries, {one.beds} beds{short}"
    )


@trips_cli.command("show")
@click.argument("sku")
def show(sku: str) -> None:
    """Show the days and rooms of a departure."""
    trip, one = with_its_trip(sku)
    click.echo(f"{trip.name}, {_departure(one)}")
    plan = plan_of(one.variant_id, one.dates.starts_on)
    for day in plan.days:
        click.echo(f"Day {day.number}, {day.on.isoformat()}")
        for item in day.items:
            seats = f", {item.seats} seats" if item.seats else ""
            where = f", {item.place}" if item.place else ""
            when = item.hours or "any time"
            click.echo(f"  {item.id}  {when}: {item.kind.label}: {item.name}{where}{seats}")
    for room in plan.rooms:
        click.echo(f"{room.rooms:,} × {room.name} for {room.sleeps}: {room.beds:,} beds")


@trips_cli.command("terms")
@click.argument("slug")
@click.option("--guests", "guests_most", type=click.IntRange(0, 4), help="Guests each may bring.")
@click.option("--guest-age", type=click.IntRange(0, 99), help="Youngest guest, in years.")
@click.option("--accept-days", type=click.IntRange(1, 90), help="Days to answer an invitation.")
@click.option("--tax", "tax_paid_by", type=_TAX, help="Who pays the tax.")
@click.option("--standing", help="What good standing means.")
@click.option(
    "--standing-days",
    type=click.IntRange(1, 180),
    help="Days before departure to look at it again.",
)
@click.option("--trade-points", type=click.IntRange(1), help="Points for who declines.")
@click.option("--trade-budget", help="The budget that these points come from.")
@click.option(
    "--later/--not-later", "may_go_later", default=None, help="Who declines may go later."
)
@click.option("--line", "line_rule", type=_RULES, help="How places that come back are offered.")
@click.option(
    "--substitutes",
    "substitute_rule",
    type=_SUBSTITUTES,
    help="Who may go in the place of somebody invited.",
)
@BY
def terms(slug: str, by: str, **given: Any) -> None:
    """Say what holds on every departure; what is not given stays."""
    trip = planned_trip(slug)
    said = {name: value for name, value in given.items() if value is not None}
    if "tax_paid_by" in said:
        said["tax_paid_by"] = TaxPayer(said["tax_paid_by"])
    if budget := said.pop("trade_budget", ""):
        said["trade_budget_id"] = budget_named(budget).budget_id
    if "line_rule" in said:
        said["line_rule"] = LineRule(said["line_rule"])
    if "substitute_rule" in said:
        said["substitute_rule"] = SubstituteRule(said["substitute_rule"])
    wanted = replace(trip.terms, **said)
    with transaction():
        operations.set_terms(
            actor_named(by), trip.reward_id, wanted, seen=trip.version, at=clock.now()
        )
    click.echo(
        f"{trip.name}: {guests_words(wanted)} An invitation waits {wanted.accept_days} days. "
        f"{wanted.tax_paid_by.label}. {wanted.line_rule.words}"
    )


@trips_cli.command("add")
@click.argument("sku")
@click.argument("day", type=click.IntRange(1))
@click.argument("name")
@click.option("--kind", type=_KINDS, default="activity", help="What it is.")
@click.option("--from", "starts", default="", help="Time there: 14:30.")
@click.option("--to", "ends", default="", help="When it ends.")
@click.option("--place", default="", help="Where it is.")
@click.option("--text", default="", help="What travelers read of it.")
@click.option("--choice", is_flag=True, help="Travelers say whether they come.")
@click.option("--seats", type=click.IntRange(1), help="Of an activity or a transfer.")
@BY
def add(sku: str, day: int, name: str, kind: str, starts: str, ends: str, **more: Any) -> None:
    """Put something into a day of a departure."""
    who = actor_named(more.pop("by"))
    _trip, one = with_its_trip(sku)
    more["is_choice"] = more.pop("choice")
    new = NewItem(
        day=day,
        kind=ItemKind(kind),
        name=name,
        starts_at=_time(starts),
        ends_at=_time(ends),
        **more,
    )
    with transaction():
        item_id = operations.add_item(who, one.variant_id, new, at=clock.now())
    click.echo(f"Added as {item_id}.")


def _time(text: str) -> time | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007  a time of day, no moment
    except ValueError as unreadable:
        raise BadInput(f"“{text}” is no time of day. Write it as 14:30.") from unreadable


@trips_cli.command("remove")
@click.argument("sku")
@click.argument("item_id", type=click.IntRange(1))
@BY
def remove(sku: str, item_id: int, by: str) -> None:
    """Take something out of the plan; `trips show` lists the numbers."""
    _trip, one = with_its_trip(sku)
    with transaction():
        operations.remove_item(actor_named(by), one.variant_id, item_id, at=clock.now())
    click.echo("It is removed.")


@trips_cli.command("rooms")
@click.argument("sku")
@click.argument("name")
@click.argument("sleeps", type=click.IntRange(1, 12))
@click.argument("rooms", type=click.IntRange(0, 5_000))
@click.option("--note", default="", help="What travelers read of the rooms.")
@BY
def put_rooms(sku: str, name: str, sleeps: int, rooms: int, note: str, by: str) -> None:
    """Say how many rooms there are of a kind; 0: none any more."""
    _trip, one = with_its_trip(sku)
    with transaction():
        if rooms:
            new = NewRoom(name=name, sleeps=sleeps, rooms=rooms, note=note)
            operations.put_rooms(actor_named(by), one.variant_id, new, at=clock.now())
        else:
            operations.remove_rooms(
                actor_named(by), one.variant_id, _room(one, name), at=clock.now()
            )
    click.echo(f"{one.sku}: {rooms:,} × {name} for {sleeps}.")


def _room(one: PlannedDeparture, name: str) -> int:
    for room in plan_of(one.variant_id, one.dates.starts_on).rooms:
        if room.name == name:
            return room.id
    raise NotFound(f"There are no rooms of the kind {name!r} on {one.sku}.")


@trips_cli.command("zone")
@click.argument("sku")
@click.argument("where")
@BY
def zone(sku: str, where: str, by: str) -> None:
    """Say whose time the plan of a departure is in: an airport, or a zone as Europe/Lisbon."""
    _trip, one = with_its_trip(sku)
    with transaction():
        said = operations.set_zone(actor_named(by), one.variant_id, where, at=clock.now())
    click.echo(f"{one.sku}: times are those of {said}." if said else f"{one.sku}: not said.")


@trips_cli.command("copy")
@click.argument("sku")
@click.argument("source")
@BY
def copy(sku: str, source: str, by: str) -> None:
    """Begin the plan of a departure with the days and rooms of another."""
    (_trip, one), (_other, other) = with_its_trip(sku), with_its_trip(source)
    with transaction():
        copied = operations.copy_plan(
            actor_named(by), one.variant_id, other.variant_id, at=clock.now()
        )
    click.echo(f"{copied} entries and kinds of rooms copied.")
