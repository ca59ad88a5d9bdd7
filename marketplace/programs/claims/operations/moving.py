"""What every move of a claim shares: the lock, the guarded step, the note, the points."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.models import Award
from marketplace.awards.operations import AwardReport, lock_programs
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.kernel.jobs import enqueue
from marketplace.programs.claims.earning import subject_of
from marketplace.programs.claims.models import Claim, ClaimedReference, ClaimEvent
from marketplace.programs.claims.states import COUNTED, ClaimState, EventKind
from marketplace.programs.models import Program
from marketplace.programs.operations.settlement import settle_program


class ClaimMoved(DomainError):
    """Somebody else was there first."""

    code = "claim_moved"


def locked_claim(reference: str, *, at: datetime) -> tuple[Claim, Program]:
    """A claim and its program, as they are once the program is locked. Raises NotFound."""
    program_id = session().scalar(sa.select(Claim.program_id).where(Claim.reference == reference))
    if program_id is None:
        raise NotFound("There is no such claim here.")
    lock_programs([program_id], at=at)
    claim = session().scalars(
        sa.select(Claim)
        .where(Claim.reference == reference)
        .execution_options(populate_existing=True)
    )
    return claim.one(), session().get_one(Program, program_id, populate_existing=True)


def move(
    claim: Claim,
    to: ClaimState,
    *,
    among: Collection[ClaimState],
    version: int | None = None,
    **values: Any,
) -> None:
    """Take a claim one step on, from one of some states and as it was seen.

    Raises ClaimMoved when somebody else moved it since.
    """
    moved = session().execute(
        sa.update(Claim)
        .where(*guards(claim, among, version))
        .values(state=to, version=Claim.version + 1, **values)
        .execution_options(synchronize_session="fetch")
    )
    if not rows_changed(moved):
        raise ClaimMoved(
            f"Somebody was faster: this claim is “{claim.state.label.lower()}” now. "
            "Look at it again. Nothing was changed."
        )


def guards(
    claim: Claim, among: Collection[ClaimState], version: int | None
) -> list[sa.ColumnElement[bool]]:
    """What must still hold when the step is made."""
    seen = [] if version is None else [Claim.version == version]
    return [Claim.id == claim.id, Claim.state.in_(among), *seen]


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
