"""Who may decide on a claim, and why not: the same words for the button and the deed."""

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.programs.claims.models import Claim
from marketplace.programs.claims.states import ClaimState
from marketplace.programs.states import COUNTS, ProgramState


def decide_obstacle(claim: Claim, program_state: ProgramState, actor: Actor) -> str | None:
    """Why this person can't decide on this claim; None when they can."""
    if not actor.may(Permission.PROGRAMS_MANAGE):
        return "Claims are decided by those who manage programs."
    if claim.employee_id == actor.employee_id:
        return "This claim is yours. Another program manager has to decide on it."
    if program_state not in COUNTS:
        return "The program is settled, so its claims stay as they are."
    return None


def approve_obstacle(claim: Claim, program_state: ProgramState, actor: Actor) -> str | None:
    """Why this person can't say yes: the second yes is another person's."""
    if obstacle := decide_obstacle(claim, program_state, actor):
        return obstacle
    if claim.state is ClaimState.SECOND_LOOK and claim.first_yes_id == actor.employee_id:
        return "You said yes already. The second yes has to come from another program manager."
    return None
