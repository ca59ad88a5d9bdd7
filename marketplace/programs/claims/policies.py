"""Who may decide on a claim, and why not: the same words for the button and the deed."""

from collections.abc import Sequence

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.people.deciders import remedy_for
from marketplace.people.queries import Person
from marketplace.programs.claimed.policies import decide_obstacle
from marketplace.programs.claims.models import Claim
from marketplace.programs.claims.states import ClaimState
from marketplace.programs.claims.terms import ClaimTerms
from marketplace.programs.states import ProgramState
from marketplace.web.filters import points_word


def approve_obstacle(claim: Claim, program_state: ProgramState, actor: Actor) -> str | None:
    """Why this person can't say yes: the second yes is another person's."""
    if obstacle := decide_obstacle(claim, program_state, actor):
        return obstacle
    if claim.state is ClaimState.SECOND_LOOK and claim.first_yes_id == actor.employee_id:
        return "You said yes already. The second yes has to come from another program manager."
    return None


def missing_deciders(terms: ClaimTerms, managers: Sequence[Person]) -> str | None:
    """Why nobody could answer some claims, and what to do; None when there are enough people."""
    if not managers:
        return f"Nobody could decide on its claims. {remedy_for(Permission.PROGRAMS_MANAGE)}"
    if not terms.may_need_second_look or len(managers) > 1:
        return None
    return (
        f"From {points_word(terms.second_look_from or 0)} on a claim needs the yes of two people, "
        f"and only {managers[0].name} could give one. {remedy_for(Permission.PROGRAMS_MANAGE)} Or "
        "take the second look out of the rule."
    )


def own_claims_wait(terms: ClaimTerms, managers: Sequence[Person]) -> str | None:
    """Whose own claims would wait for ever though all others don't; None when nobody's would."""
    needed = 2 if terms.may_need_second_look else 1
    if len(managers) != needed:
        return None
    remedy = remedy_for(Permission.PROGRAMS_MANAGE)
    if needed == 1:
        only = managers[0].name
        return f"Only {only} decides here, so a claim of {only} would wait. {remedy}"
    return (
        f"Only {managers[0].name} and {managers[1].name} decide here, so a claim of either from "
        f"{points_word(terms.second_look_from or 0)} on would lack a second yes. {remedy}"
    )
