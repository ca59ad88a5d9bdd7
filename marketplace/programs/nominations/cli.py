"""`bin/laurel nominations …`: rounds and where they are."""

import click

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.programs.models import Program
from marketplace.programs.nominations.operations.rounds import (
    awards_running,
    move_by_hand,
    plan_month,
    rounds_to_turn,
    turn_round,
)
from marketplace.programs.nominations.queries.rounds import all_rounds, round_of
from marketplace.programs.nominations.states import BY_HAND, RoundState


@click.group("nominations")
def nominations_cli() -> None:
    """Nominations: rounds of awards that colleagues name somebody for."""


@nominations_cli.command("rounds")
def rounds() -> None:
    """Every round with its state and days, and who won."""
    for one in all_rounds():
        won = f"; won by {one.winners}" if one.winners else ""
        click.echo(
            f"{one.id:>6}  {one.slug:<24} {one.name:<20} {one.state.value:<10} "
            f"{one.opens_on} to {one.closes_on}, judged by {one.judged_by}{won}"
        )


@nominations_cli.command("turn")
def turn() -> None:
    """Plan this month's rounds, open those whose day came, close those that ended."""
    today, actor = clock.today(), Actor.system()
    with transaction():
        programs = [session().get_one(Program, program_id) for program_id in awards_running()]
        planned = [plan_month(actor, program, today, at=clock.now()) for program in programs]
        waiting = rounds_to_turn()
        before = {round_id: round_of(round_id).state for round_id in waiting}
        for round_id in waiting:
            turn_round(actor, round_id, today, at=clock.now())
        moved = sum(round_of(round_id).state is not before[round_id] for round_id in waiting)
    count = sum(one is not None for one in planned)
    click.echo(f"{count} planned, {moved} moved, {len(waiting) - moved} wait for their day.")


@nominations_cli.command("move")
@click.argument("round_id", type=click.IntRange(1, 10**15))
@click.argument("state", type=click.Choice(sorted(BY_HAND)))
@click.option("--reason", default="", help="Why, for the history of the round.")
def move(round_id: int, state: str, reason: str) -> None:
    """Take round ROUND_ID to STATE by hand: open, judging or called_off."""
    with transaction():
        move_by_hand(Actor.system(), round_id, RoundState(state), at=clock.now(), reason=reason)
    click.echo(f"Round {round_id} is {state} now.")
