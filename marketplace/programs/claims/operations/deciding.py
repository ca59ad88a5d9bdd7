"""What program managers do with a claim: approve, ask, decline, take back."""

from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.awards.operations import AwardReport
from marketplace.kernel import audit
from marketplace.programs.claimed.operations import locked_claim, refuse
from marketplace.programs.claimed.policies import decide_obstacle
from marketplace.programs.claims.earning import subject_of
from marketplace.programs.claims.models import Claim
from marketplace.programs.claims.operations.moving import move, note, settle
from marketplace.programs.claims.policies import approve_obstacle
from marketplace.programs.claims.states import FOR_MANAGERS, OPEN, ClaimState, EventKind
from marketplace.programs.models import Program
from marketplace.programs.queries.rules import current_rule


def approve_claim(
    actor: Actor, reference: str, *, version: int, at: datetime
) -> tuple[ClaimState, AwardReport]:
    """Say yes; from the program's threshold on the first yes asks for a second person's.

    Answers where the claim is now, and what it brought. Raises NotAllowed, ClaimMoved.
    """
    claim, program = locked_claim(Claim, reference, at=at)
    refuse(approve_obstacle(claim, program.state, actor))
    if claim.first_yes_id is None and _needs_second_look(program, claim):
        move(
            claim,
            ClaimState.SECOND_LOOK,
            among={ClaimState.WAITING},
            version=version,
            first_yes_id=actor.id,
        )
        note(claim, EventKind.FIRST_YES, actor, at=at)
        _record(actor, "first_yes", claim, at)
        return ClaimState.SECOND_LOOK, AwardReport()
    _decide(claim, ClaimState.APPROVED, actor, version=version, at=at)
    note(claim, EventKind.APPROVED, actor, at=at)
    _record(actor, "approve", claim, at)
    return ClaimState.APPROVED, settle(claim, actor=actor, at=at)


def ask_claimant(actor: Actor, reference: str, text: str, *, version: int, at: datetime) -> None:
    """Ask the claimant something; a first yes given before has to be given again."""
    claim, program = locked_claim(Claim, reference, at=at)
    refuse(decide_obstacle(claim, program.state, actor))
    move(claim, ClaimState.ASKED, among=FOR_MANAGERS, version=version, first_yes_id=None)
    note(claim, EventKind.ASKED, actor, text, at=at)
    _record(actor, "ask", claim, at)
    settle(claim, actor=actor, at=at)


def decline_claim(actor: Actor, reference: str, text: str, *, version: int, at: datetime) -> None:
    """Say no and why; the reference is free again."""
    claim, program = locked_claim(Claim, reference, at=at)
    refuse(decide_obstacle(claim, program.state, actor))
    _decide(claim, ClaimState.DECLINED, actor, version=version, at=at)
    note(claim, EventKind.DECLINED, actor, text, at=at)
    _record(actor, "decline", claim, at)
    settle(claim, actor=actor, at=at)


def take_back_claim(
    actor: Actor, reference: str, text: str, *, version: int, at: datetime
) -> AwardReport:
    """Undo an approval that was wrong; its points follow within the rule's terms."""
    claim, program = locked_claim(Claim, reference, at=at)
    refuse(decide_obstacle(claim, program.state, actor))
    move(claim, ClaimState.TAKEN_BACK, among={ClaimState.APPROVED}, version=version)
    note(claim, EventKind.TAKEN_BACK, actor, text, at=at)
    _record(actor, "take_back", claim, at)
    return settle(claim, actor=actor, at=at)


def _decide(claim: Claim, to: ClaimState, actor: Actor, *, version: int, at: datetime) -> None:
    among = OPEN if to is ClaimState.DECLINED else FOR_MANAGERS
    move(claim, to, among=among, version=version, decided_by_id=actor.id, decided_at=at)


def _needs_second_look(program: Program, claim: Claim) -> bool:
    return current_rule(program).terms.needs_second_look(claim.amount)


def _record(actor: Actor, deed: str, claim: Claim, at: datetime) -> None:
    audit.record(actor.id, f"claims.{deed}", subject_of(claim.reference), at=at)
