"""What rounds do by the clock, and their letters."""

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.kernel.jobs import job
from marketplace.programs.models import Program
from marketplace.programs.nominations import notices
from marketplace.programs.nominations.operations.rounds import (
    awards_running,
    plan_month,
    rounds_to_turn,
    turn_round,
)


@job("nominations.turn", cron="17 * * * *")
def turn_rounds() -> None:
    """Each hour: plan this month's rounds, open those whose day came, hand over those that ended.

    One transaction each, so that one that cannot move holds up no other.
    """
    today, actor = clock.today(), Actor.system()
    for program_id in awards_running():
        with transaction():
            plan_month(actor, session().get_one(Program, program_id), today, at=clock.now())
    for round_id in rounds_to_turn():
        try:
            with transaction():
                turn_round(actor, round_id, today, at=clock.now())
        except DomainError:
            continue  # somebody moved it by hand in the meantime


@job("nominations.ask_jury")
def ask_jury(round_id: int) -> None:
    """Ask the jury to judge."""
    with transaction():
        notices.ask_jury(round_id, at=clock.now())


@job("nominations.ask_confirmers")
def ask_confirmers(round_id: int) -> None:
    """Ask a second person to confirm."""
    with transaction():
        notices.ask_confirmers(round_id, at=clock.now())


@job("nominations.tell_sent_back")
def tell_sent_back(round_id: int) -> None:
    """Tell who proposed a winner that the proposal came back, and why."""
    with transaction():
        notices.tell_sent_back(round_id, at=clock.now())


@job("nominations.tell_result")
def tell_result(round_id: int) -> None:
    """Tell everyone concerned how a round ended."""
    with transaction():
        notices.tell_result(round_id, at=clock.now())
