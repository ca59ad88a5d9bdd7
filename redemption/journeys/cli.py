"""`bin/laurel journeys`: travel packages at the desk."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from catalog.offers import Offer
from catalog.packages.errors import NoTermsYet
from catalog.packages.queries import package_of
from catalog.packages.wishes import Wish
from catalog.queries import offer
from marketplace.kernel import clock
from marketplace.kernel.commands import BY, DAY
from marketplace.kernel.db import session, transaction
from marketplace.kernel.evidence import MOST_BYTES, clean_file
from marketplace.people.queries import actor_named, person_named
from marketplace.web.filters import day
from marketplace.web.forms import new_request_key
from redemption.journeys import jobs
from redemption.journeys.booked import Booked
from redemption.journeys.operations import booking, changing
from redemption.journeys.queries.journeys import at_the_desk, own_journey_named, task_named
from redemption.operations.submit import submit_redemption
from redemption.policies import as_offered
from redemption.waiting.queries.lines import variant_with

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("journeys")
def journeys_cli() -> None:
    """The travel desk: packages to book, their price and their documents."""


@journeys_cli.command("list")
def list_journeys() -> None:
    """List what is to be booked and what is, whose price ends first on top."""
    today, rows = clock.today(), at_the_desk()
    for row in rows:
        click.echo(
            f"{row.reference}  {row.name} for {row.for_whom}: {day(row.first_on)}, "
            f"{row.nights} nights; price until {day(row.guaranteed_until)}; "
            f"{row.pile(today)}, {row.who_acts(today)} acts next"
        )
    click.echo(f"{len(rows)} at the travel desk.")


@journeys_cli.command("book")
@click.argument("reference")
@BY
@click.option("--from", "starts_on", type=DAY, required=True, help="First day.")
@click.option("--to", "ends_on", type=DAY, required=True, help="Last day.")
@click.option("--with", "operator", required=True, help="Who confirms it.")
@click.option("--confirmation", required=True, help="Its number.")
@click.option("--part", "parts", multiple=True, help="A flight, a train or a hotel in one line.")
@click.option("--document", "documents", multiple=True, type=_FILE, help="A PDF or a picture.")
@click.option("--note", default="", help="Of a change: why; the person reads it.")
def book(reference: str, *, by: str, documents: tuple[Path, ...], **made: Any) -> None:
    """Write down what was booked for the request REFERENCE, or how that changed."""
    task_id, files = task_named(reference), [_read(path) for path in documents]
    wanted = replace(Booked(**made), parts=tuple(made["parts"]))
    actor, at = actor_named(by), clock.now()
    session().close()
    with transaction():
        seq = booking.record_booking(
            actor, task_id, wanted, files, request_key=new_request_key(), at=at
        )
    click.echo("Booked." if seq == 1 else f"The change is noted, as number {seq}.")


def _read(path: Path) -> Any:
    with path.open("rb") as stream:
        return clean_file(path.name, stream.read(MOST_BYTES + 1))


@journeys_cli.command("keep-price")
@click.argument("reference")
@click.argument("days", type=click.IntRange(1, 365))
@BY
def keep_price(reference: str, days: int, *, by: str) -> None:
    """Keep the price of the request REFERENCE for so many DAYS from today."""
    task_id, actor, at = task_named(reference), actor_named(by), clock.now()
    session().close()
    with transaction():
        changing.keep_price(actor, task_id, days, request_key=new_request_key(), at=at)
    click.echo(f"The price holds until {day(_later(at.date(), days))}.")


def _later(today: date, days: int) -> date:
    return date.fromordinal(today.toordinal() + days)


@journeys_cli.command("ask-price")
@click.argument("reference")
@BY
@click.option("--words", required=True, help="What changed; the person reads it.")
def ask_price(reference: str, *, by: str, words: str) -> None:
    """Ask the person of the request REFERENCE whether they want it at today's price."""
    task_id, actor, at = task_named(reference), actor_named(by), clock.now()
    session().close()
    with transaction():
        changing.ask_about_price(actor, task_id, words, request_key=new_request_key(), at=at)
    click.echo("They are asked. Their points stay set aside.")


@journeys_cli.command("close")
def close() -> None:
    """Give the points back of what nobody answered in time, as the job does."""
    click.echo(f"{jobs.close_due(at=clock.now())} closed.")


_DATES = (
    click.option("--first-night", "first_on", type=DAY, required=True, help="The first choice."),
    click.option("--or-from", "second_on", type=DAY, help="Another first night."),
    click.option("--nights", type=click.IntRange(1), required=True, help="How many nights."),
    click.option("--travelers", type=click.IntRange(1), default=1, help="Who travel, in all."),
    click.option("--cover", required=True, metavar="WHO", help="Who stands in at work."),
)


def _asks_for_dates(command: Any) -> Any:
    for option in reversed(_DATES):
        command = option(command)
    return command


def _wish(wanted: Offer, cover: str, said: dict[str, Any]) -> Wish:
    package = package_of(wanted)
    if package is None:
        raise NoTermsYet
    return Wish(cover_id=person_named(cover).id, seen_terms=package.version, **said)


@journeys_cli.command("ask")
@click.argument("person")
@click.argument("sku")
@_asks_for_dates
def ask(person: str, sku: str, *, cover: str, **said: Any) -> None:
    """Let PERSON ask for dates of a package at today's price, as the check page does."""
    actor, at = actor_named(person), clock.now()
    wanted = offer(actor, variant_with(sku), at=at)
    order = as_offered(wanted, wish=_wish(wanted, cover, said))
    session().close()
    with transaction():
        reference = submit_redemption(actor, order, request_key=new_request_key(), at=at)
    click.echo(f"{actor.name} asked for {wanted.name}: {reference}.")


@journeys_cli.command("choose")
@click.argument("person")
@click.argument("reference")
@_asks_for_dates
def choose(person: str, reference: str, *, cover: str, **said: Any) -> None:
    """Let PERSON choose other dates for the request REFERENCE, where somebody asked for that."""
    actor, at = actor_named(person), clock.now()
    journey = own_journey_named(actor, reference.upper())
    goes_on = changing.continues(journey.line_id, at=at)
    wanted = offer(actor, journey.variant_id, at=goes_on.priced_at)
    wish = _wish(wanted, cover, said)
    order = as_offered(wanted, wish=wish, continues=goes_on)
    session().close()
    with transaction():
        made = changing.choose_dates(
            actor, journey.line_id, wish, order, request_key=new_request_key(), at=at
        )
    click.echo(f"{actor.name} asked with other dates: {made}, {wanted.points:,} points.")
