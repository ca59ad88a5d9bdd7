"""Who may decide on what somebody claims: the same words for the button and the deed."""

from typing import Any, Protocol

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.programs.states import COUNTS, ProgramState


class Claimed(Protocol):
    """A row of a table of claims. `state` is an enum of its own kind, with a `label`."""

    id: Any
    reference: Any
    program_id: Any
    employee_id: Any
    state: Any


def decide_obstacle(claim: Claimed, program_state: ProgramState, actor: Actor) -> str | None:
    """Why this person can't decide on it; None when they can."""
    if not actor.may(Permission.PROGRAMS_MANAGE):
        return "This is decided by those who manage programs."
    if claim.employee_id == actor.employee_id:
        return "This is yours. Another program manager has to decide on it."
    if program_state not in COUNTS:
        return "The program is settled, so it stays as it is."
    return None
