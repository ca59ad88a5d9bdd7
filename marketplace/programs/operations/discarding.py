"""Drafts made by mistake: out of everybody's way, with their history kept."""

from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.awards.operations import lock_programs
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.programs.models import Program
from marketplace.programs.operations.programs import move_program
from marketplace.programs.queries.deeds import deeds_under
from marketplace.programs.states import ProgramState


class CannotDiscard(DomainError):
    """A program that ran, or under which something was done, stays. Nothing was changed."""

    code = "cannot_discard"


def discard_obstacle(program: Program) -> str | None:
    """Why a program can't be discarded; None when it can."""
    if program.state is ProgramState.DISCARDED:
        return f"“{program.name}” is discarded already."
    if program.state is ProgramState.SCHEDULED:
        return f"“{program.name}” is scheduled. Take it back to draft first."
    if program.state is not ProgramState.DRAFT:
        return f"“{program.name}” has run, so it stays with what it gave. Close it instead."
    if deeds_under(program.id):
        return f"Something was already done under “{program.name}”, so it stays."
    return None


def refuse_unless_discardable(program: Program) -> None:
    """Raise CannotDiscard for a program that ran or under which something was done."""
    obstacle = discard_obstacle(program)
    if obstacle:
        raise CannotDiscard(f"{obstacle} Nothing was changed.")


def discard_draft(actor: Actor, program_id: int, *, reason: str = "", at: datetime) -> None:
    """Take a draft that never ran out of everybody's way, for good; its history stays.

    Raises NotFound, CannotDiscard, or IllegalMove when somebody moved it in the meantime.
    """
    lock_programs([program_id], at=at)
    program = session().get(Program, program_id, populate_existing=True)
    if program is None:
        raise NotFound("There is no such program.")
    refuse_unless_discardable(program)
    move_program(actor, program_id, ProgramState.DISCARDED, at=at, reason=reason)
    audit.record(actor.id, "programs.discard", f"program:{program_id}", at=at, address=program.slug)
