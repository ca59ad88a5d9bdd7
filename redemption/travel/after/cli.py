"""`bin/laurel after …`: closing trips, their costs, who came, what people said."""

from datetime import datetime

import click

from catalog.trips.queries.planner import departure_named
from marketplace.kernel import clock
from marketplace.kernel.commands import BY
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import PLAIN, CannotRead, parse_minor
from marketplace.people.queries import actor_named
from marketplace.web.filters import money
from redemption.travel.after.jobs import close_trips
from redemption.travel.after.operations import reporting
from redemption.travel.after.policies import NewCost
from redemption.travel.after.queries.report import report_of
from redemption.travel.after.queries.surveys import survey_of
from redemption.travel.after.states import LEAST_ANSWERS, CostBasis, CostKind
from redemption.travel.invitations.queries.standing import departure_with

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("after")
def after_cli() -> None:
    """Trips that are over: their costs, who came, what people said."""


@after_cli.command("close")
@click.option("--on", type=_DAY, metavar="YYYY-MM-DD", help="As of this day; else today.")
def close(on: datetime | None) -> None:
    """Say of trips that are over that their places were used; each night this happens by itself."""
    closed = close_trips(on.date() if on else clock.today())
    click.echo(f"{closed:,} booking{'' if closed == 1 else 's'} closed.")


@after_cli.command("cost")
@click.argument("sku")
@click.argument("kind", type=click.Choice([one.value for one in CostKind]))
@click.argument("amount")
@click.option("--currency", required=True, help="Three letters.")
@click.option(
    "--per",
    type=click.Choice([one.value for one in CostBasis]),
    default=CostBasis.WHOLE.value,
    show_default=True,
    help="What the amount is for.",
)
@click.option(
    "--units", type=click.IntRange(1, 5_000), metavar="NUMBER", help="How many rooms or people."
)
@click.option("--note", default="", help="For example the bill.")
@BY
def cost(  # noqa: PLR0913  one for each fact
    sku: str, kind: str, amount: str, currency: str, per: str, units: int | None, note: str, by: str
) -> None:
    """Put an amount of a bill down."""
    try:
        minor = parse_minor(amount, PLAIN, currency)
    except CannotRead as unreadable:
        raise BadInput(unreadable.enter) from unreadable
    new = NewCost(
        kind=CostKind(kind),
        basis=CostBasis(per),
        amount_minor=minor,
        units=units,
        currency=currency,
        note=note,
    )
    with transaction():
        reporting.add_cost(actor_named(by), departure_with(sku), new, at=clock.now())
    click.echo(f"{sku}: {money(minor, currency)} for {kind}, {new.basis.label}.")


@after_cli.command("gallery")
@click.argument("sku")
@click.argument("address")
@BY
def gallery(sku: str, address: str, by: str) -> None:
    """Say where the pictures of a departure are; an empty address: nowhere."""
    with transaction():
        reporting.set_gallery(actor_named(by), departure_with(sku), address, at=clock.now())
    click.echo(f"{sku}: {address or 'no pictures'}.")


@after_cli.command("report")
@click.argument("sku")
def report(sku: str) -> None:
    """Show what a departure cost, for whom, and who came."""
    departure = departure_named(sku)
    found, is_ahead = report_of(departure.variant_id), departure.is_ahead(clock.today())
    who = "have a place" if is_ahead else f"of {found.people} came"
    click.echo(f"{found.people if is_ahead else found.came} {who}.")
    for one in found.shares:
        amount = money(one.total, found.currency, exact=True) if found.currency else "no cost"
        came = "" if one.head.came else ", did not come"
        click.echo(f"  {one.head.traveler_id}  {one.head.booking}  {one.head.name}: {amount}{came}")
    if found.currency:
        click.echo(
            f"{money(found.total, found.currency)} in all, "
            f"{money(found.each, found.currency)} for each."
        )


@after_cli.command("came")
@click.argument("sku")
@click.argument("traveler_id", type=click.IntRange(1))
@click.option("--not", "absent", is_flag=True, help="They did not come.")
@BY
def came(sku: str, traveler_id: int, by: str, *, absent: bool) -> None:
    """Say that a traveler came, or did not; `after report` lists the numbers."""
    with transaction():
        changed = reporting.say_who_came(
            actor_named(by), departure_with(sku), traveler_id, came=not absent, at=clock.now()
        )
    click.echo("It is noted." if changed else "That was said before.")


@after_cli.command("survey")
@click.argument("sku")
def survey(sku: str) -> None:
    """Show what people said together; nothing while they are too few."""
    found = survey_of(departure_with(sku))
    click.echo(f"{found.answers} of {found.asked} answered.")
    if not found.is_shown:
        click.echo(f"What they said is shown from {LEAST_ANSWERS} answers on.")
    for spread in found.spreads:
        click.echo(f"{spread.question.words} {spread.average} ({spread.answers} answers)")
    for question, said in found.words:
        click.echo(question.words)
        for text in said:
            click.echo(f"  {text}")
