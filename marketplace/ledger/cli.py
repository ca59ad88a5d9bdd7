"""Commands for the one who looks after the ledger."""

import json
from datetime import date

import click

from marketplace.kernel import clock
from marketplace.kernel.commands import DAY, WholeNumber
from marketplace.kernel.db import transaction
from marketplace.ledger.check import PREDICATES, ledger_violations
from marketplace.ledger.operations import change_point_value, expire_points
from marketplace.ledger.operations.closing import close_books, end_of
from marketplace.ledger.queries.balances import point_values_over_time
from marketplace.ledger.queries.periods import closed_periods, digest_until
from marketplace.ledger.worth import PointValue

EVERYONE = 10**9
PEOPLE_AT_ONCE = 1_000
RATE = WholeNumber(1, 10**9)


@click.group("ledger")
def ledger_cli() -> None:
    """The ledger: its check, expiry, and what points are worth."""


@ledger_cli.command("check")
@click.option("--json", "as_json", is_flag=True, help="For machines: one JSON object.")
def check(*, as_json: bool) -> None:
    """Look for anything that must not be: exit code 1 with the offending rows, else 0."""
    found = ledger_violations()
    if as_json:
        rows = [{"id": one.id, "meaning": one.meaning, "row": one.row} for one in found]
        report = {"ok": not found, "predicates": len(PREDICATES), "violations": rows}
        click.echo(json.dumps(report, default=str))
    else:
        for one in found:
            row = ", ".join(f"{column} {value}" for column, value in one.row.items())
            click.echo(f"{one.id}: not so that {one.meaning}: {row}")
        click.echo(f"{len(PREDICATES)} predicates checked, {len(found)} violations.")
    if found:
        raise click.exceptions.Exit(1)


@ledger_cli.command("expire")
@click.option("--dry-run", is_flag=True, help="Report without writing.")
def expire(*, dry_run: bool) -> None:
    """Let the points go whose last day has passed; safe to repeat."""
    at, is_done = clock.now(), False
    while not is_done:
        with transaction(undo=dry_run):
            report = expire_points(at=at, limit=EVERYONE if dry_run else PEOPLE_AT_ONCE)
        click.echo(f"{report.lots:,} lots, {report.points:,} points, {report.members:,} people.")
        is_done = report.is_done


@ledger_cli.command("close")
@click.argument("through", type=DAY)
@click.option("--dry-run", is_flag=True, help="Report without writing.")
def close(through: date, *, dry_run: bool) -> None:
    """Close the books up to and with a day (UTC): nothing is posted into that time any more."""
    digest = digest_until(end_of(through))
    with transaction(undo=dry_run):
        close_books(None, digest, at=clock.now())
    click.echo(f"Closed up to and with {through}: {digest.transfers:,} transfers.")
    click.echo(f"Seal {digest.seal}")


@ledger_cli.command("periods")
def list_periods() -> None:
    """What is closed, the newest first, with the seal of each period."""
    for one in closed_periods():
        days = f"{one.starts_at or 'the first transfer'} to {one.ends_at}"
        click.echo(f"{days}  {one.transfers:,} transfers  {one.seal}")


@ledger_cli.command("point-value")
@click.argument("country")
@click.argument("currency")
@click.option("--minor", type=RATE, required=True, help="So many cents (or yen)…")
@click.option("--per-points", type=RATE, required=True, help="…are so many points.")
@click.option("--from", "day", type=DAY, required=True, help="The first day it holds.")
def point_value(country: str, currency: str, minor: int, per_points: int, day: date) -> None:
    """Say what points are worth in a COUNTRY (two letters) in a CURRENCY, from a day on.

    It is noted with what held before. A day that is over keeps its value.
    """
    value = PointValue(country.upper(), currency.upper(), minor, per_points)
    with transaction():
        change_point_value(None, value, valid_from=day, at=clock.now())
    worth = value.worth(1_000)
    click.echo(f"1,000 points are {worth.minor:,} minor units of {worth.currency} from {day} on.")


@ledger_cli.command("point-values")
def list_point_values() -> None:
    """What points are and were worth, by country, each with the first day it holds."""
    for day, value in point_values_over_time():
        rate = f"{value.per_points:,} points are {value.minor:,} minor units of {value.currency}"
        click.echo(f"{value.country}  from {day}  {rate}")
