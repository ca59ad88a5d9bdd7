"""`bin/laurel registrations …`: how far people are, last days, opening again, the draw, links."""

from datetime import date, datetime
from pathlib import Path

import click

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.drawing import commitment_of, sha256_of
from marketplace.kernel.errors import BadInput
from marketplace.people.queries import actor_named
from marketplace.web.filters import day, so_many
from marketplace.web.letters import page_link
from redemption.travel.activities.draw import draw as draw_again
from redemption.travel.activities.draw import read_list
from redemption.travel.invitations.queries.standing import departure_of, departure_with
from redemption.travel.registration.operations.opening import renew_link
from redemption.travel.registration.operations.planning import (
    draw_places,
    put_deadlines,
    reopen,
)
from redemption.travel.registration.operations.replacing import replace_guest
from redemption.travel.registration.operations.rows import Hand
from redemption.travel.registration.policies import Again
from redemption.travel.registration.queries import Member, Party, parties_on, party_with
from redemption.travel.registration.states import Section

_BY = click.option("--by", required=True, help="Who does it, by id or e-mail.")
_SECTION = click.Choice([one.value for one in Section])
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group("registrations")
def registrations_cli() -> None:
    """Registrations for trips: who is missing what, last days, and the draw of activities."""


@registrations_cli.command("list")
@click.argument("sku")
def list_registrations(sku: str) -> None:
    """List who goes on a departure, and what of each is missing."""
    at = clock.now()
    parties = parties_on(departure_with(sku))
    for party in parties:
        for member in party.members:
            click.echo(_line(party, member, at))
    people = sum(len(party.members) for party in parties)
    click.echo(f"{so_many(people, 'traveler')} on {so_many(len(parties), 'booking')}.")


def _line(party: Party, member: Member, at: datetime) -> str:
    missing = [row.section.value for row in member.sections if not row.is_done]
    said = f"missing {', '.join(missing)}" if missing else "complete"
    late = ", LATE" if member.late(at) else ""
    name, state = party.called(member), member.state.label.lower()
    return f"{member.traveler_id}  {party.reference}  {name}: {state}, {said}{late}"


@registrations_cli.command("deadline")
@click.argument("sku")
@click.argument("section", type=_SECTION)
@click.argument("last_day", type=_DAY, required=False)
@_BY
def deadline(sku: str, section: str, last_day: datetime | None, by: str) -> None:
    """Set the LAST_DAY of a section for everyone; without one it is the usual day again."""
    variant_id = departure_with(sku)
    on: date | None = last_day.date() if last_day else None
    ends_on = departure_of(variant_id).ends_on
    with transaction():
        changed = put_deadlines(
            actor_named(by), variant_id, {Section(section): on}, ends_on=ends_on, at=clock.now()
        )
    click.echo(f"{day(on) if on else 'The usual day'}." if changed else "It was so before.")


@registrations_cli.command("reopen")
@click.argument("traveler_id", type=int)
@click.argument("section", type=_SECTION)
@click.argument("until", type=_DAY)
@click.argument("reason")
@_BY
def open_again(traveler_id: int, section: str, until: datetime, reason: str, by: str) -> None:
    """Open a section again for one traveler, for a REASON that they read."""
    again = Again(Section(section), until.date(), reason)
    with transaction():
        party, member = party_with(traveler_id)
        reopen(actor_named(by), party, member, again, at=clock.now())
    click.echo(f"{party.called(member)} can change it until {day(again.until_on)}.")


@registrations_cli.command("draw")
@click.argument("sku")
@_BY
def draw(sku: str, by: str) -> None:
    """Draw the places on activities of a departure, once."""
    variant_id = departure_with(sku)
    starts_on = departure_of(variant_id).starts_on
    with transaction():
        given = draw_places(actor_named(by), variant_id, starts_on, at=clock.now())
    click.echo(f"{so_many(given, 'place')} given. Everyone gets a letter.")


@registrations_cli.command("verify-draw")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seed", required=True, help="The seed as it was published after the draw.")
@click.option("--commitment", required=True, help="Its hash as it was published before.")
def verify_draw(file: Path, seed: str, commitment: str) -> None:
    """Draw again from a published FILE and its seed; nothing else is needed."""
    if commitment_of(seed) != commitment:
        raise BadInput("This seed is not the one that was promised: its hash is another.")
    listed = file.read_bytes()
    offered, entries = read_list(listed)
    for one in draw_again(offered, entries, list_sha256=sha256_of(listed), seed=seed):
        click.echo(f"round {one.round}: entry {one.entry} has {one.item_id}, its wish {one.rank}")


@registrations_cli.command("replace")
@click.argument("traveler_id", type=int)
@click.argument("name")
@_BY
def replace(traveler_id: int, name: str, by: str) -> None:
    """Let somebody of this NAME come along in the place of a guest, who is forgotten."""
    with transaction():
        party, member = party_with(traveler_id)
        token = replace_guest(
            Hand(actor_named(by)), party, member, name, plans=True, at=clock.now()
        )
    click.echo(page_link("guest_registration.show", token=token))


@registrations_cli.command("link")
@click.argument("traveler_id", type=int)
def link(traveler_id: int) -> None:
    """Make a new link for a guest; the one before holds no more."""
    with transaction():
        party, member = party_with(traveler_id)
        if not member.is_guest:
            raise BadInput(f"{member.name} is no guest: employees sign in.")
        token = renew_link(Hand(Actor.system()), party, member, at=clock.now())
    click.echo(page_link("guest_registration.show", token=token))
