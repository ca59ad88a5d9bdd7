"""The books for a terminal or a script."""

from collections.abc import Iterator
from datetime import date, datetime

import click

from marketplace.insights.books.breakage import estimates
from marketplace.insights.books.files import (
    AGING_COLUMNS,
    BREAKAGE_COLUMNS,
    ROLL_FORWARD_COLUMNS,
    aging_rows,
    breakage_rows,
    roll_forward_rows,
)
from marketplace.insights.books.policies import Stretch
from marketplace.insights.books.queries.aging import aged_at
from marketplace.insights.books.queries.cohorts import cohorts_until
from marketplace.insights.books.queries.movements import books_in
from marketplace.kernel import clock
from marketplace.kernel.clock import midnight
from marketplace.kernel.commands import DAY
from marketplace.kernel.tabular import write_csv
from marketplace.ledger.operations.closing import end_of


@click.group("books")
def books_cli() -> None:
    """What points in people's hands come to, for any time."""


@books_cli.command("roll-forward")
@click.option("--since", type=DAY, required=True, help="The first day.")
@click.option("--until", type=DAY, required=True, help="The last day; it counts.")
def roll_forward(since: date, until: date) -> None:
    """What people had, got and lost in these days (UTC), by program and country, as CSV.

    Standard error says whether it agrees with the ledger and whether all of it is closed.
    """
    if since > until:
        raise click.UsageError(f"--since {since} is after --until {until}.")
    books = books_in(Stretch(midnight(since), _moment(until)))
    _write(write_csv(roll_forward_rows(books), ROLL_FORWARD_COLUMNS))
    closing, owed = books.total.movement.closing, books.owed.closing
    state = "Closed: it stays." if books.is_closed else "Not closed: it may still change."
    click.echo(f"{closing:,} points less {owed:,} owed. {state}", err=True)
    if not books.agrees:
        raise click.ClickException(
            f"Accounts say {books.ledger:,}. Run bin/laurel ledger check to see why."
        )


@books_cli.command("aging")
@click.option("--until", type=DAY, required=True, help="The last day; it counts.")
def aging(until: date) -> None:
    """How old points were at the end of a day (UTC), and when they end, by program, as CSV."""
    _write(write_csv(aging_rows(aged_at(_moment(until))), AGING_COLUMNS))


@books_cli.command("breakage")
@click.option("--until", type=DAY, required=True, help="The last day; it counts.")
def breakage(until: date) -> None:
    """What became of points by the month they were earned in, and what will expire, as CSV."""
    moment = _moment(until)
    found = estimates(cohorts_until(moment), this_month=moment.date().replace(day=1))
    _write(write_csv(breakage_rows(found), BREAKAGE_COLUMNS))


def _moment(last: date) -> datetime:
    if last > clock.today():
        raise click.UsageError(f"--until {last} is to come. Say {clock.today()} or earlier.")
    return min(end_of(last), clock.now())


def _write(pieces: Iterator[bytes]) -> None:
    for piece in pieces:
        click.echo(piece, nl=False)
