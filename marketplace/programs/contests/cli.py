"""`bin/laurel contests …`: standings, and a draw that anyone can do again."""

import sys
from pathlib import Path

import click

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.drawing import commitment_of, sha256_of
from marketplace.kernel.errors import BadInput
from marketplace.kernel.tabular import write_csv
from marketplace.programs.contests.draw import draw, read_list
from marketplace.programs.contests.queries.standings import everyone
from marketplace.programs.contests.terms import MOST_PLACES
from marketplace.programs.operations.settlement import settle_for_good
from marketplace.programs.queries.desk import program_of
from marketplace.programs.states import ProgramKind, ProgramState
from marketplace.programs.words import what_waits

COLUMNS = ("rank", "place", "name", "figure", "amount", "base")


@click.group("contests")
def contests_cli() -> None:
    """Contests: how they stand, and whether a draw was right."""


@contests_cli.command("standings")
@click.argument("slug")
@click.option("--csv", "as_csv", is_flag=True, help="CSV instead of a table.")
def standings(slug: str, *, as_csv: bool) -> None:
    """The standings of the contest at SLUG as they were last worked out."""
    found = everyone(slug)
    if as_csv:
        values = ([getattr(row, name) for name in COLUMNS] for row in found.rows)
        for piece in write_csv(values, COLUMNS):
            sys.stdout.buffer.write(piece)
        return
    width = max((len(row.name) for row in found.rows), default=0)
    for row in found.rows:
        rank = "–" if row.rank is None else f"{row.rank:,}"
        click.echo(f"{rank:>6}  {row.name:<{width}}  {row.shown}")
    when = f"as of {found.updated_at:%Y-%m-%d %H:%M} UTC" if found.updated_at else "not begun"
    click.echo(f"{len(found.rows):,} in the standings, {when}.")


@contests_cli.command("settle")
@click.argument("slug")
def settle(slug: str) -> None:
    """Settle the closed contest at SLUG for good: points and rewards, all of it or nothing.

    Killed at any moment it has done nothing; run it again. A settled contest stays as it is.
    """
    program = program_of(slug, kind=ProgramKind.CONTEST)
    if program.state is ProgramState.SETTLED:
        click.echo("It was settled before. Nothing was changed.")
        return
    with transaction():
        report = settle_for_good(program.id, actor=Actor.system(), at=clock.now())
    if report.waiting:
        raise click.ClickException(what_waits(report.waiting))
    click.echo(f"Settled: {report.points_given:,} points for {report.people:,} people.")


@contests_cli.command("verify-draw")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seed", required=True, help="The seed that was revealed: 64 hexadecimal digits.")
@click.option("--commitment", help="The hash of the seed, published at the launch.")
@click.option(
    "--winners",
    type=click.IntRange(1, 2 * MOST_PLACES),
    default=1,
    show_default=True,
    help="How many are drawn, those in line among them.",
)
def verify_draw(file: Path, seed: str, commitment: str | None, winners: int) -> None:
    """Draw again from a published list FILE; it needs no database and no network."""
    if len(seed) != 64 or set(seed) - set("0123456789abcdef"):
        raise click.ClickException("A seed has 64 hexadecimal digits: 0 to 9 and a to f.")
    if commitment and commitment.lower() != commitment_of(seed):
        raise click.ClickException(
            f"This is not the seed that was committed: its hash is {commitment_of(seed)}."
        )
    content = file.read_bytes()
    try:
        entries = read_list(content)
    except BadInput as refusal:
        raise click.ClickException(refusal.message) from refusal
    digest = sha256_of(content)
    click.echo(f"List: {len(entries):,} entries, SHA-256 {digest}")
    click.echo(f"Seed: its hash is {commitment_of(seed)}")
    tickets = [tickets for _, tickets, _ in entries]
    for number, entry in enumerate(
        draw(tickets, list_sha256=digest, seed=seed, winners=winners), start=1
    ):
        _, held, name = entries[entry - 1]
        click.echo(f"{number:,}. entry {entry:,}{f', {name}' if name else ''} ({held:,} tickets)")
