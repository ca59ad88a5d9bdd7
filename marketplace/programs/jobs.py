"""What programs do by the clock: begin, end, look again where days matter; and their letters."""

from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import DomainError
from marketplace.kernel.jobs import job
from marketplace.programs.notices import tell_who_is_missing, tell_whose_points_went_back
from marketplace.programs.operations.calendar import programs_to_turn, turn_program
from marketplace.programs.operations.settlement import release_waiting, settle_program
from marketplace.programs.queries.waiting import waiting_programs


@job("programs.release_waiting")
def release_waiting_settlements(budget_id: int) -> None:
    """After a refill: settle what waits for the budget, the oldest first, each by itself."""
    for program_id in waiting_programs(budget_id):
        try:
            with transaction():
                release_waiting(program_id, actor=Actor.system(), at=clock.now())
        except DomainError:
            continue  # released or moved in the meantime: it holds up no other


@job("programs.tell_taken_back")
def tell_taken_back(program_id: int, taken_at: str) -> None:
    """Tell everyone from whom a settlement took points back."""
    with transaction():
        tell_whose_points_went_back(program_id, datetime.fromisoformat(taken_at), at=clock.now())


@job("programs.turn", cron="7 * * * *")
def turn_programs() -> None:
    """Each hour: start what is scheduled, close what has ended, and evaluate what runs.

    Where a program needs an answer that nobody can give any more, who made it hears once a month.

    One transaction a program, so that one that cannot start holds up no other.
    """
    today, actor = clock.today(), Actor.system()
    for program_id in programs_to_turn():
        try:
            with transaction():
                turn_program(program_id, actor=actor, today=today, at=clock.now())
                settle_program(program_id, actor=actor, at=clock.now())
                tell_who_is_missing(program_id, at=clock.now())
        except DomainError:
            continue  # it stays as it was; its desk says what is missing
