"""`bin/laurel waiting …`: lines for what is sold out."""

import click

from catalog.queries.audience import reader_of
from catalog.trips.terms import places_words
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.people.queries import actor_named, actor_of, person_named
from marketplace.web.filters import day, moment
from marketplace.web.forms import new_request_key
from redemption.waiting.jobs import give_turns
from redemption.waiting.operations.joining import LARGER, change_party, join_line, leave_line
from redemption.waiting.policies import place_words
from redemption.waiting.queries.lines import LineRow, Waiter, lines, one_line, variant_with
from redemption.waiting.queries.mine import MyWait, my_waits
from redemption.waiting.queries.standing import standing_in_line
from redemption.waiting.states import WaitState

_PLACES = "Of a trip: theirs and those of guests."


@click.group("waiting")
def waiting_cli() -> None:
    """Lines: who waits for what is sold out, and whose turn it is."""


@waiting_cli.command("lines")
def list_lines() -> None:
    """List every line with how many are still needed, the longest first."""
    rows = lines()
    for row in rows:
        click.echo(_line(row))
    click.echo(f"{len(rows)} line{'' if len(rows) == 1 else 's'}.")


def _line(row: LineRow) -> str:
    what = ", ".join(filter(None, (row.name, row.choice)))
    return (
        f"{row.sku}  {what}: {row.waiting} wait{_for(row)}, {row.paused} short of points, "
        f"{row.kept} kept for somebody; {row.still_needed} still needed"
    )


def _for(row: LineRow) -> str:
    return f" for {places_words(row.units)}" if row.line_rule else ""


@waiting_cli.command("show")
@click.argument("sku")
def show(sku: str) -> None:
    """Show who stands in the line for a variant, in order."""
    row, waiters = one_line(variant_with(sku))
    click.echo(_line(row))
    if row.line_rule:
        click.echo(row.line_rule.words)
    for one in waiters:
        click.echo(f"  {_waiter(one, is_trip=row.line_rule is not None)}")


def _waiter(one: Waiter, *, is_trip: bool) -> str:
    who = f"{one.name}, {places_words(one.units)}" if is_trip else one.name
    if one.kept_until is not None and one.state is WaitState.OFFERED:
        return f"   -  {who}, kept until {moment(one.kept_until)}"
    paused = ", short of points" if one.state is WaitState.PAUSED else ""
    return f"{one.place:>4}  {who}, since {day(one.joined_at)}{paused}"


@waiting_cli.command("mine")
@click.argument("person")
def mine(person: str) -> None:
    """Show what a person waits for, by external id or e-mail."""
    who = person_named(person)
    waits = my_waits(reader_of(actor_of(who.id), clock.now()))
    for one in waits:
        click.echo(f"{one.id}  {_mine(one)}")
    click.echo(f"{who.name} stands in {sum(one.is_live for one in waits)} of their lines.")


def _mine(one: MyWait) -> str:
    what = ", ".join(filter(None, (one.name, one.choice)))
    if one.is_trip:
        what = f"{what}, {places_words(one.units)}"
    if one.state is WaitState.OFFERED and one.kept_until is not None:
        return f"{what}: kept until {moment(one.kept_until)}"
    return f"{what}: {place_words(one.place) if one.is_live else one.state.label.lower()}"


@waiting_cli.command("join")
@click.argument("person")
@click.argument("sku")
@click.option("--places", type=click.IntRange(1), default=1, help=_PLACES)
def join(person: str, sku: str, places: int) -> None:
    """Let a person wait in line for a variant."""
    actor, variant_id, key = actor_named(person), variant_with(sku), new_request_key()
    with transaction():
        join_line(actor, variant_id, units=places, request_key=key, at=clock.now())
    place = standing_in_line(actor, variant_id).place
    click.echo(f"{actor.name} is {place_words(place)}. No points are set aside.")


@waiting_cli.command("party")
@click.argument("person")
@click.argument("wait_id", type=click.IntRange(1))
@click.argument("places", type=click.IntRange(1))
def party(person: str, wait_id: int, places: int) -> None:
    """Let a person wait for fewer places, or for more from the end of the line."""
    actor, key = actor_named(person), new_request_key()
    with transaction():
        changed = change_party(actor, wait_id, places, request_key=key, at=clock.now())
    where = "at the end of the line" if changed == LARGER else "at the same place in line"
    click.echo(f"{actor.name} waits for {places_words(places)}, {where}.")


@waiting_cli.command("leave")
@click.argument("person")
@click.argument("wait_id", type=click.IntRange(1))
def leave(person: str, wait_id: int) -> None:
    """Let a person leave a line, or pass on what is kept for them."""
    actor = actor_named(person)
    with transaction():
        to = leave_line(actor, wait_id, request_key=new_request_key(), at=clock.now())
    passed = to is WaitState.PASSED_ON
    click.echo("The next in line gets it." if passed else f"{actor.name} waits no longer.")


@waiting_cli.command("turns")
def turns() -> None:
    """Offer what is at hand to who is next, as the job does each minute."""
    click.echo(f"Turns given: {give_turns(at=clock.now()):,}")
