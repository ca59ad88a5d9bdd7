"""`bin/laurel approval-away …`: who is away, and who answers for them."""

from datetime import date

import click

from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.commands import DAY
from marketplace.kernel.db import transaction
from marketplace.kernel.parsing import PLAIN, CannotRead, parse_minor
from marketplace.ledger.worth import Money
from marketplace.people.queries import person_named
from redemption.approvals.away import operations, queries
from redemption.approvals.away.policies import Days, Limits
from redemption.approvals.away.queries import AbsenceRow
from redemption.approvals.queries.undecided import undecided

KINDS = click.Choice([kind.value for kind in Kind])


@click.group("approval-away")
def approval_away_cli() -> None:
    """Who decides and is away, and who answers for them meanwhile."""


@approval_away_cli.command("list")
def listed() -> None:
    """List who is away now or will be, and who answers for them."""
    rows = queries.absences_seen(None, sees_all=True, at=clock.now())
    for row in rows:
        click.echo(_said(row))
    if not rows:
        click.echo("Nobody is away.")


@approval_away_cli.command("set")
@click.argument("who")
@click.option("--from", "first", type=DAY, required=True, help="The first day.")
@click.option("--to", "last", type=DAY, required=True, help="The last day.")
@click.option("--stand-in", metavar="WHO", help="Who answers for them, by id or e-mail.")
@click.option("--kind", "kinds", multiple=True, type=KINDS, help="Only about rewards of this kind.")
@click.option("--most-points", type=click.IntRange(1, 10**9), help="Only up to so many points.")
@click.option("--most-worth", nargs=2, metavar="AMOUNT CURRENCY", help="Only up to so much money.")
@click.option("--note", default="", help="For both of them.")
@click.option("--reason", required=True, help="Why it is said for them.")
@click.option("--instead-of", "replaces", type=int, metavar="NUMBER", help="Change this one.")
def set_away(who: str, first: date, last: date, reason: str, note: str, **given: object) -> None:
    """Say that WHO (id or e-mail) is away, and who answers for them."""
    at, stand_in = clock.now(), given["stand_in"]
    worth = given["most_worth"]
    limits = Limits(
        frozenset(given["kinds"]),  # pyright: ignore[reportArgumentType]
        given["most_points"],  # pyright: ignore[reportArgumentType]
        _money(*worth) if worth else None,  # pyright: ignore[reportGeneralTypeIssues]
    )
    terms = operations.Terms(
        person_named(who).id,
        Days(first, last),
        person_named(str(stand_in)).id if stand_in else None,
        limits,
        note,
        reason,
    )
    replaces: int | None = given["replaces"]  # pyright: ignore[reportAssignmentType]
    with transaction():
        number = operations.set_absence(Actor.system(), terms, replaces=replaces, at=at)
    click.echo(_said(queries.absence_row(None, number, sees_all=True)))


def _money(amount: str, currency: str) -> Money:
    code = currency.upper()
    try:
        return Money(parse_minor(amount, PLAIN, code), code)
    except CannotRead as unreadable:
        raise click.UsageError(unreadable.enter) from unreadable


@approval_away_cli.command("end")
@click.argument("number", type=int)
@click.option("--because", default="", help="Why it ends early.")
def end(number: int, because: str) -> None:
    """End the absence NUMBER, as the list says it, before its last day."""
    with transaction():
        is_ended = operations.end_absence(Actor.system(), number, because=because, at=clock.now())
    click.echo("It has ended." if is_ended else "It was over already.")


@approval_away_cli.command("undecided")
def nobody_decides() -> None:
    """List the requests that nobody who is here can decide, and why."""
    rows = undecided(at=clock.now())
    for row in rows:
        click.echo(f"{row.reference}: {row.asker}, {row.title}: {row.why}")
    if not rows:
        click.echo("Somebody can decide on every request that waits.")


def _said(row: AbsenceRow) -> str:
    answers = f"{row.stand_in} answers" if row.stand_in else "nobody answers"
    limits = f" ({row.limits.words})" if row.limits.words else ""
    return f"{row.id}: {row.name}, {row.days}: {answers}{limits}"
