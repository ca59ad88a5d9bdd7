"""`bin/laurel invitations …`: waves, who is invited, and answers by hand."""

from datetime import UTC, datetime
from pathlib import Path

import click

from marketplace.budgets.queries import budget_named
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from marketplace.people.queries import actor_named
from marketplace.web.filters import moment
from marketplace.web.forms import new_request_key
from redemption.travel.invitations.jobs import pass_on
from redemption.travel.invitations.operations.answering import (
    accept_invitation,
    decline_invitation,
)
from redemption.travel.invitations.operations.closing import give_place_back, withdraw
from redemption.travel.invitations.operations.waves import (
    NewWave,
    extend_answer,
    invite_more,
    make_wave,
)
from redemption.travel.invitations.queries.checked import people_in_order
from redemption.travel.invitations.queries.desk import InvitedRow, invited_people
from redemption.travel.invitations.queries.own import trades_for_me
from redemption.travel.invitations.queries.standing import departure_of, departure_with

_BY = click.option("--by", required=True, help="Who does it, by id or e-mail.")


@click.group("invitations")
def invitations_cli() -> None:
    """Invitations to trips: waves, answers, and whom a place goes to next."""


@invitations_cli.command("list")
@click.argument("sku")
def list_invitations(sku: str) -> None:
    """List who is invited to a departure, and where each stands."""
    found = invited_people(departure_with(sku))
    for wave in found.waves:
        click.echo(f"Wave {wave.id}: {wave.name}, {wave.left} next in order")
    for row in found.rows:
        click.echo(f"  {_row(row)}")
    free = "as many as are asked for" if found.free is None else f"{found.free:,}"
    click.echo(
        f"{found.accepted:,} places accepted, {found.kept:,} kept, {found.bought:,} bought, "
        f"{free} free; {found.next_by_right:,} next in line of a contest."
    )


def _row(row: InvitedRow) -> str:
    places = f", {row.places} places" if row.places else ""
    until = f", until {moment(row.answer_by)}" if row.state == "invited" and row.answer_by else ""
    way = "won" if row.is_won else f"number {row.rank}"
    return f"{row.id}  {row.name} ({way}): {row.state.label.lower()}{places}{until}"


@invitations_cli.command("wave")
@click.argument("sku")
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--at-once",
    type=click.IntRange(1),
    metavar="NUMBER",
    required=True,
    help="How many are invited now.",
)
@click.option("--guests", type=click.IntRange(0, 4), help="Guests each may bring.")
@click.option("--days", type=click.IntRange(1, 90), help="Days to answer.")
@click.option("--budget", default="", help="The budget that places draw on.")
@_BY
def wave(sku: str, name: str, file: Path, by: str, at_once: int, **more: object) -> None:
    """Invite the people of a FILE in its order, one number or e-mail a line."""
    variant_id = departure_with(sku)
    terms = departure_of(variant_id).terms
    guests, days, budget = more["guests"], more["days"], str(more["budget"])
    new = NewWave(
        variant_id=variant_id,
        name=name,
        people=people_in_order([line for line in _lines(file) if line]),
        at_once=at_once,
        guests_most=terms.guests_most if guests is None else int(str(guests)),
        accept_days=int(str(days)) if days else terms.accept_days,
        budget_id=budget_named(budget).budget_id if budget else None,
    )
    with transaction():
        wave_id = make_wave(actor_named(by), new, at=clock.now())
    click.echo(f"Wave {wave_id}: {at_once:,} of {len(new.people):,} people are invited.")


def _lines(file: Path) -> list[str]:
    try:
        return [line.strip() for line in file.read_text("utf-8").splitlines()]
    except UnicodeDecodeError as unreadable:
        raise BadInput(f"{file.name} is no text in UTF-8. Save it as such.") from unreadable


@invitations_cli.command("more")
@click.argument("wave_id", type=int)
@click.argument("how_many", type=click.IntRange(1))
@_BY
def more(wave_id: int, how_many: int, by: str) -> None:
    """Invite so many more of those who are next in a wave."""
    with transaction():
        invited = invite_more(actor_named(by), wave_id, how_many, at=clock.now())
    click.echo(f"{invited:,} more are invited.")


@invitations_cli.command("accept")
@click.argument("invitation_id", type=int)
@click.option("--guests", type=click.IntRange(0, 4), default=0, help="How many come along.")
@_BY
def accept(invitation_id: int, guests: int, by: str) -> None:
    """Say yes for the person who is invited."""
    with transaction():
        booking = accept_invitation(
            actor_named(by), invitation_id, guests, request_key=new_request_key(), at=clock.now()
        )
    click.echo(f"They go. The booking is {booking}.")


@invitations_cli.command("decline")
@click.argument("invitation_id", type=int)
@click.option("--take", default="nothing:", help="What they take; `--take ?` lists it.")
@click.option("--reason", default="", help="Why, if they like.")
@_BY
def decline(invitation_id: int, take: str, reason: str, by: str) -> None:
    """Say no for the person who is invited; the next has the place."""
    actor, at = actor_named(by), clock.now()
    offered = {one.value: one for one in trades_for_me(actor, invitation_id, at=at)}
    if take not in offered:
        listed = "\n".join(f"  {value}  {one.words}" for value, one in offered.items())
        raise BadInput(f"They may take one of these:\n{listed}")
    with transaction():
        decline_invitation(
            actor,
            invitation_id,
            offered[take],
            reason=reason,
            request_key=new_request_key(),
            at=at,
        )
    click.echo("Declined. The place is for the next.")


@invitations_cli.command("give-back")
@click.argument("invitation_id", type=int)
@click.option("--reason", default="", help="Why, if they like.")
@_BY
def give_back(invitation_id: int, reason: str, by: str) -> None:
    """Give an accepted place back for the person who has it."""
    with transaction():
        give_place_back(actor_named(by), invitation_id, reason, at=clock.now())
    click.echo("Given back. The place is for the next.")


@invitations_cli.command("withdraw")
@click.argument("invitation_id", type=int)
@click.argument("reason")
@_BY
def take_away(invitation_id: int, reason: str, by: str) -> None:
    """Take an invitation or a place away, for a REASON that the person reads."""
    with transaction():
        withdraw(actor_named(by), invitation_id, reason, at=clock.now())
    click.echo("Withdrawn. The place is for the next.")


@invitations_cli.command("more-time")
@click.argument("invitation_id", type=int)
@click.argument("until", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"]))
@_BY
def more_time(invitation_id: int, until: datetime, by: str) -> None:
    """Give somebody until a moment (UTC) to answer: 2027-03-27T12:00."""
    with transaction():
        extend_answer(actor_named(by), invitation_id, until.replace(tzinfo=UTC), at=clock.now())
    click.echo("They have more time.")


@invitations_cli.command("pass-on")
def pass_on_now() -> None:
    """End what nobody answered in time and invite the next, as the clock does each minute."""
    click.echo(f"{pass_on(at=clock.now()):,} invitations moved.")
