"""`bin/laurel anniversaries …`: whose day comes, and what it brought."""

import sys
from datetime import date, timedelta

import click

from marketplace.kernel import clock
from marketplace.kernel.commands import DAY, WholeNumber
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from marketplace.kernel.tabular import write_csv
from marketplace.recognition.anniversaries.operations import celebrate_due
from marketplace.recognition.anniversaries.queries.occasions import running_programs, upcoming
from marketplace.recognition.anniversaries.queries.report import COLUMNS, tax_report
from marketplace.web.filters import money, points_word


@click.group("anniversaries")
def anniversaries_cli() -> None:
    """Anniversaries: years of service and birthdays."""


@anniversaries_cli.command("upcoming")
@click.option(
    "--days",
    type=WholeNumber(1, 366),
    default="30",
    show_default=True,
    help="How many days to look ahead.",
)
def show_upcoming(days: int) -> None:
    """Whose day comes, as far as a running program celebrates it."""
    found = upcoming(clock.today(), days)
    width = max((len(one.occasion.name) for one in found), default=0)
    for one in found:
        day = one.occasion
        click.echo(
            f"{day.on_day.isoformat()}  {day.name:<{width}}  {day.words}, "
            f"{points_word(day.points)}, {one.program}"
        )
    until = clock.today() + timedelta(days=days)
    click.echo(f"{len(found):,} until {until.isoformat()}.")


@anniversaries_cli.command("celebrate")
def celebrate_now() -> None:
    """Celebrate what is due now, as the daily job does; safe to repeat."""
    made = 0
    for program in running_programs():
        with transaction():
            made += len(celebrate_due(program, today=clock.today(), at=clock.now()))
    click.echo(f"{made:,} celebrated.")


@anniversaries_cli.command("report")
@click.option("--from", "first", type=DAY, required=True, help="First day.")
@click.option("--to", "last", type=DAY, required=True, help="Last day.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV instead of a table.")
def report(first: date, last: date, *, as_csv: bool) -> None:
    """What anniversaries and birthdays brought whom, apart from all other points."""
    if last < first:
        raise BadInput("The last day comes before the first. Enter a last day that is not earlier.")
    rows = tax_report(first, last, at=clock.now())
    if as_csv:
        for piece in write_csv((row.cells for row in rows), COLUMNS):
            sys.stdout.buffer.write(piece)
        return
    width = max((len(row.name) for row in rows), default=0)
    for row in rows:
        worth = f" worth {money(row.worth.minor, row.worth.currency)}" if row.worth else ""
        click.echo(
            f"{row.on_day.isoformat()}  {row.name:<{width}}  {points_word(row.points)}{worth}, "
            f"{row.occasion}, {row.program}"
        )
    click.echo(f"{points_word(sum(row.points for row in rows))} in all.")
