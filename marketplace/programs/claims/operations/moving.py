"""What every move of a claim shares: the step, the note, the points."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.models import Award
from marketplace.awards.operations import AwardReport
from marketplace.kernel.db import session
from marketplace.kernel.jobs import enqueue
from marketplace.programs.claimed import operations as claimed
from marketplace.programs.claims.earning import subject_of
from marketplace.programs.claims.models import Claim, ClaimedReference, ClaimEvent
from marketplace.programs.claims.states import COUNTED, ClaimState, EventKind
from marketplace.programs.operations.settlement import settle_program


def move(
    claim: Claim,
    to: ClaimState,
    *,
    among: Collection[ClaimState],
    version: int | None = None,
    **values: Any,
) -> None:
    """Take a claim one step on, from one of some states and in the version that was seen.

    Raises ClaimMoved when somebody else moved it since.
    """
    seen = [] if version is None else [Claim.version == version]
    claimed.move(claim, to, among=among, seen=seen, version=Claim.version + 1, **values)


def note(claim: Claim, kind: EventKind, actor: Actor, text: str = "", *, at: datetime) -> None:
    """Write down what happened, and promise the letters about it."""
    event = ClaimEvent(
        claim_id=claim.id, kind=kind, actor_id=actor.employee_id, text=text.strip(), at=at
    )
    session().add(event)
    session().flush()
    enqueue("claims.tell", key=str(event.id), event_id=event.id)


def settle(claim: Claim, *, actor: Actor, at: datetime) -> AwardReport:
    """Let points follow, and free the reference of a claim that ended without keeping any."""
    report = settle_program(claim.program_id, groups=[claim.reference], actor=actor, at=at)
    if claim.state not in COUNTED and _points_left(claim) == 0:
        session().execute(sa.delete(ClaimedReference).where(ClaimedReference.claim_id == claim.id))
    return report


def _points_left(claim: Claim) -> int:
    kept = sa.select(sa.func.coalesce(sa.func.sum(Award.points), 0)).where(
        Award.program_id == claim.program_id, Award.subject == subject_of(claim.reference)
    )
    return int(session().scalar(kept) or 0)
