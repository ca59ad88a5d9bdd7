"""Who may decide on a claimed course."""

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.programs.states import COUNTS, ProgramState
from marketplace.programs.trainings.models import CourseClaim


def decide_obstacle(claim: CourseClaim, program_state: ProgramState, actor: Actor) -> str | None:
    """Why this person can't decide on it; None when they can."""
    if not actor.may(Permission.PROGRAMS_MANAGE):
        return "This is decided by those who manage programs."
    if claim.employee_id == actor.employee_id:
        return "This course is yours. Another program manager has to decide on it."
    if program_state not in COUNTS:
        return "The program is settled, so it stays as it is."
    return None
