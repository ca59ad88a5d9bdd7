"""`bin/laurel wishes`: what somebody saved, and the jobs around it by hand."""

import click

from catalog.queries.audience import reader_of
from catalog.wishes.jobs import follow_wishes
from catalog.wishes.operations.choices import count_choices_anew
from catalog.wishes.policies import FIRST_HOUR, LAST_HOUR, may_write_at
from catalog.wishes.queries.saved import Saved, wish_list
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.people.queries import actor_of, person_named


@click.group("wishes")
def wishes_cli() -> None:
    """Wish lists, goals, and what many chose."""


@wishes_cli.command("show")
@click.argument("person")
def show(person: str) -> None:
    """Show what a person saved, by external id or e-mail."""
    who = person_named(person)
    found = wish_list(reader_of(actor_of(who.id), clock.now()))
    notes = {"goal": found.notes.goal, "price": found.notes.price, "stock": found.notes.stock}
    wanted = [name for name, is_wanted in notes.items() if is_wanted]
    click.echo(f"{who.name}: {len(found.saved)} saved; notes: {', '.join(wanted) or 'none'}")
    for one in found.saved:
        click.echo(_line(one))


def _line(one: Saved) -> str:
    mark = "goal" if one.is_goal else ""
    if one.offer is None:
        return f"{mark:5}{one.saved_at:%Y-%m-%d}  no longer offered to them"
    left = "plenty" if one.offer.left is None else f"{one.offer.left:,} left"
    return (
        f"{mark:5}{one.saved_at:%Y-%m-%d}  {one.offer.slug:40} {one.offer.points:>9,} points "
        f"(saved at {one.saved_points:,})  {left}"
    )


@wishes_cli.command("follow")
def follow() -> None:
    """Write the notes that are due now, as the job does by day."""
    at = clock.now()
    if not may_write_at(at):
        click.echo(f"Notes are written from {FIRST_HOUR}:00 to {LAST_HOUR}:00 UTC. None was.")
        return
    click.echo(f"Letters written: {follow_wishes(at=at):,}")


@wishes_cli.command("count-choices")
def count_choices() -> None:
    """Count what colleagues chose, if a week has passed since it was counted."""
    with transaction():
        is_counted = count_choices_anew(at=clock.now())
    click.echo("Counted." if is_counted else "Counted already for this week. Nothing was changed.")
