"""`bin/laurel itineraries …`: what travelers read, and whom they turn to."""

import click

from marketplace.kernel import clock
from marketplace.kernel.commands import BY
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import NotFound
from marketplace.people.queries import actor_named
from marketplace.web.filters import weekday
from redemption.travel.invitations.queries.standing import departure_with
from redemption.travel.pocket.operations import put_contact, remove_contact
from redemption.travel.pocket.queries.contacts import Contact, NewContact, contacts_of
from redemption.travel.pocket.queries.own import my_pocket


@click.group("itineraries")
def itineraries_cli() -> None:
    """Itineraries: what travelers read, and whom they turn to."""


@itineraries_cli.command("show")
@click.argument("reference")
@click.option("--of", "who", required=True, help="Whose it is, by id or e-mail.")
def show(reference: str, who: str) -> None:
    """Show the itinerary of a booking, day by day."""
    pocket = my_pocket(actor_named(who), reference, at=clock.now())
    trip = pocket.trip
    click.echo(f"{trip.name}, {trip.place}: {trip.state.label.lower()}, in {trip.zone_words}")
    for day in pocket.days:
        click.echo(f"Day {day.number}, {weekday(day.on)}")
        for item in day.items:
            mark = f" ({item.mark.label.lower()})" if item.mark else ""
            click.echo(f"  {item.hours or 'any time'}  {item.name}{mark}")
    for one in pocket.contacts:
        click.echo(_said(one))


def _said(one: Contact) -> str:
    ways = ", ".join(filter(None, (one.role, one.phone, one.email)))
    return f"{'Emergency: ' if one.is_emergency else ''}{one.name}, {ways}"


@itineraries_cli.command("contacts")
@click.argument("sku")
def contacts(sku: str) -> None:
    """List whom the travelers of a departure turn to."""
    found = contacts_of(departure_with(sku))
    for one in found:
        click.echo(_said(one))
    click.echo(f"{len(found)} contact{'' if len(found) == 1 else 's'}.")


@itineraries_cli.command("contact")
@click.argument("sku")
@click.argument("name")
@click.option("--role", default="", help="What for.")
@click.option("--phone", default="", help="With the country code.")
@click.option("--email", default="", help="Where to write.")
@click.option("--emergency", is_flag=True, help="They answer day and night.")
@BY
def contact(sku: str, name: str, by: str, *, emergency: bool, **said: str) -> None:
    """Name somebody to turn to; the same name again takes the place of the old."""
    new = NewContact(name=name, is_emergency=emergency, **said)
    with transaction():
        put_contact(actor_named(by), departure_with(sku), new, at=clock.now())
    click.echo(f"{name} stands on every itinerary of {sku}.")


@itineraries_cli.command("forget")
@click.argument("sku")
@click.argument("name")
@BY
def forget(sku: str, name: str, by: str) -> None:
    """Take a contact off the itineraries."""
    variant_id = departure_with(sku)
    for one in contacts_of(variant_id):
        if one.name == name:
            with transaction():
                remove_contact(actor_named(by), variant_id, one.id, at=clock.now())
            click.echo(f"{name} is off every itinerary of {sku}.")
            return
    raise NotFound(f"No contact of {sku} is called {name!r}.")
