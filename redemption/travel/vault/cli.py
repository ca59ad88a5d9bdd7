"""`bin/laurel travel-data …`: what is kept about travelers, masked unless read with a reason."""

import click

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.commands import DAY
from marketplace.kernel.db import transaction
from marketplace.kernel.wrapping import wrapping_key_id
from marketplace.people.queries import actor_named, person_named
from marketplace.web.filters import day, moment, so_many
from redemption.travel.vault import queries
from redemption.travel.vault.errors import NoTraveler
from redemption.travel.vault.jobs import delete_all_due, wrap_all_anew
from redemption.travel.vault.operations.forgetting import erase
from redemption.travel.vault.operations.reading import reveal
from redemption.travel.vault.queries import KeptValue, Traveler
from redemption.travel.vault.states import VaultField

_FIELDS = click.Choice([field.value for field in VaultField])


@click.group("travel-data")
def travel_data_cli() -> None:
    """Travel data: passports and special needs, encrypted with a key a person."""


@travel_data_cli.command("list")
def list_travelers() -> None:
    """List everyone whose data is kept, what is deleted next first."""
    rows = queries.travelers(limit=10_000)
    for row in rows:
        until = f", first deleted on {day(row.delete_on)}" if row.delete_on else ""
        click.echo(
            f"{row.handle}  {row.name}: {row.identity} of the passport, {row.needs} needs, "
            f"read {so_many(row.readings, 'time')}{until}"
        )
    click.echo(f"{len(rows):,} traveler{'' if len(rows) == 1 else 's'}.")


@travel_data_cli.command("show")
@click.argument("who")
def show(who: str) -> None:
    """Show what is kept about a person, masked, and who read it."""
    traveler, kept = _named(who)
    click.echo(traveler.name)
    for one in kept:
        click.echo(f"  {one.field.label}: {one.shown}, deleted on {day(one.delete_on)}")
    for read in queries.readings_of(subject_id=traveler.id):
        fields = ", ".join(field.label.lower() for field in read.fields)
        why = f": “{read.reason}”" if read.reason else ""
        click.echo(f"  {moment(read.at)}, {read.who} read {fields}{why}")


@travel_data_cli.command("reveal")
@click.argument("who")
@click.option("--as", "reader", required=True, help="Who reads, by external id or e-mail.")
@click.option(
    "--field", "fields", multiple=True, required=True, type=_FIELDS, help="What; may come again."
)
@click.option("--reason", required=True, help="What it is needed for; the person reads it.")
def reveal_values(who: str, reader: str, fields: tuple[str, ...], reason: str) -> None:
    """Show values in clear; that is noted with its reason."""
    actor = actor_named(reader)
    traveler, _kept = _named(who, actor)
    wanted = [VaultField(name) for name in fields]
    with transaction():
        shown = reveal(actor, traveler.id, wanted, reason=reason, at=clock.now())
    for field, value in shown.items():
        click.echo(f"{field.label}: {value}")


@travel_data_cli.command("erase")
@click.argument("who")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
def erase_one(who: str, *, dry_run: bool) -> None:
    """Erase everything that is kept about a person and destroy the key."""
    traveler, _kept = _named(who)
    with transaction(undo=dry_run):
        gone = erase(Actor.system(), traveler.id, at=clock.now())
    done = "Would erase" if dry_run else "Erased"
    click.echo(f"{done}: {so_many(len(gone), 'value')} of {traveler.name}, and the key.")


@travel_data_cli.command("due")
@click.option("--on", type=DAY, help="Look ahead to this day; by default today.")
@click.option("--delete", is_flag=True, help="Delete what is over now, as the job does each night.")
def due(on: object, *, delete: bool) -> None:
    """Say of how many people something is over; delete it, if asked to."""
    at = clock.now()
    if delete:
        click.echo(f"Deleted of {_people(delete_all_due(at=at))}.")
        return
    ids = queries.due_on(on or at.date())  # pyright: ignore[reportArgumentType]
    click.echo(f"Something is over of {_people(len(ids))}.")


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


@travel_data_cli.command("rotate-keys")
def rotate_keys() -> None:
    """Wrap the key of everyone by the first of LAUREL_VAULT_KEYS; then others can be taken out."""
    done = wrap_all_anew(Actor.system(), at=clock.now())
    click.echo(f"{so_many(done, 'key')} wrapped by {wrapping_key_id()}; the others were already.")


def _named(who: str, actor: Actor | None = None) -> tuple[Traveler, list[KeptValue]]:
    """Somebody by the handle that `list` shows, by external id or by e-mail."""
    actor = actor or Actor.system()
    try:
        return queries.traveler(actor, who)
    except NoTraveler:
        person = person_named(who)
    return queries.traveler_of(actor, person.id)
