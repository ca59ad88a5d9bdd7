"""Programs that begin and end by the calendar."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.programs.models import Program
from marketplace.programs.operations.programs import move_program
from marketplace.programs.states import ProgramState


def programs_to_turn() -> Sequence[int]:
    """The programs that are scheduled or run, by id."""
    live = (ProgramState.SCHEDULED, ProgramState.RUNNING)
    return (
        session()
        .scalars(sa.select(Program.id).where(Program.state.in_(live)).order_by(Program.id))
        .all()
    )


def turn_program(program_id: int, *, actor: Actor, today: date, at: datetime) -> None:
    """Start a scheduled program on its first day; close a running one after its last.

    Raises CannotLaunch when something is missing to start it.
    """
    program = session().get_one(Program, program_id, populate_existing=True)
    if program.state is ProgramState.SCHEDULED and program.starts_on <= today:
        move_program(actor, program_id, ProgramState.RUNNING, at=at, reason="Its first day came")
    if program.state is ProgramState.RUNNING and program.ends_on < today:
        move_program(actor, program_id, ProgramState.CLOSED, at=at, reason="Its last day is over")
