"""Completions by claim: somebody shows that they completed a course, someone else looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.operations import AwardReport, lock_programs
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.evidence import CleanFile
from marketplace.kernel.jobs import enqueue
from marketplace.programs.claimed.operations import locked_claim, move, refuse
from marketplace.programs.claimed.policies import decide_obstacle
from marketplace.programs.models import Program
from marketplace.programs.operations.evidence import keep_evidence
from marketplace.programs.operations.settlement import settle_program
from marketplace.programs.queries.pages import is_for
from marketplace.programs.queries.rules import current_rule
from marketplace.programs.references import reference_from
from marketplace.programs.states import ProgramState
from marketplace.programs.trainings.models import Completion, CourseClaim, subject_of
from marketplace.programs.trainings.operations.completions import (
    Completed,
    Reporter,
    record_completions,
)
from marketplace.programs.trainings.states import CourseClaimState
from marketplace.web.filters import day


@dataclass(frozen=True, slots=True)
class NewCourseClaim:
    """Which course was completed when, and what shows it."""

    course_id: int
    on_day: date
    evidence: Sequence[CleanFile]
    note: str = ""


def claim_course(
    actor: Actor, program_id: int, new: NewCourseClaim, *, request_key: str, at: datetime
) -> str:
    """Say that a course is completed and show it; answers the reference. Raises BadInput."""
    lock_programs([program_id], at=at)
    program = session().scalar(
        sa.select(Program)
        .where(Program.id == program_id, is_for(actor))
        .execution_options(populate_existing=True)
    )
    if program is None or new.course_id not in current_rule(program).terms.course_ids:
        raise NotFound("There is no such course in this training.")
    _refuse_unfit(actor, program, new, at)
    claim = CourseClaim(
        reference=reference_from("T", f"{actor.id}:{request_key}"),
        program_id=program_id,
        course_id=new.course_id,
        employee_id=actor.id,
        state=CourseClaimState.WAITING,
        on_day=new.on_day,
        note=new.note.strip(),
        submitted_at=at,
    )
    session().add(claim)
    session().flush()
    keep_evidence(subject_of(claim.reference), new.evidence, employee_id=actor.id, at=at)
    _tell(claim)
    return claim.reference


def _refuse_unfit(actor: Actor, program: Program, new: NewCourseClaim, at: datetime) -> None:
    if program.state is not ProgramState.RUNNING:
        raise BadInput("This training takes nothing new now. Nothing was sent.")
    last = min(program.ends_on, at.date())
    if not program.starts_on <= new.on_day <= last:
        raise BadInput(f"Enter a day from {day(program.starts_on)} to {day(last)}.")
    if not new.evidence:
        raise BadInput("Add a picture or a PDF that shows it.")
    known = session().scalar(
        sa.select(Completion.id).where(
            Completion.course_id == new.course_id,
            Completion.employee_id == actor.id,
            Completion.stands,
        )
    )
    if known is not None:
        raise BadInput("You have this course already. Nothing was sent.")
    waiting = session().scalar(
        sa.select(CourseClaim.reference).where(
            CourseClaim.course_id == new.course_id,
            CourseClaim.employee_id == actor.id,
            CourseClaim.state == CourseClaimState.WAITING,
        )
    )
    if waiting is not None:
        raise BadInput(f"You sent this already as {waiting}, and it waits for an answer.")


def approve_course(actor: Actor, reference: str, *, at: datetime) -> AwardReport:
    """Say yes: the course counts as completed, and its points follow."""
    claim = _to_decide(actor, reference, at)
    _move(claim, CourseClaimState.APPROVED, CourseClaimState.WAITING, actor, at)
    return _report_completion(claim, actor, at, stands=True)


def decline_course(actor: Actor, reference: str, reason: str, *, at: datetime) -> None:
    """Say no and why; it may be sent again."""
    claim = _to_decide(actor, reference, at)
    _move(claim, CourseClaimState.DECLINED, CourseClaimState.WAITING, actor, at, reason=reason)


def take_back_course(actor: Actor, reference: str, reason: str, *, at: datetime) -> AwardReport:
    """Undo a yes that was wrong; points and badge follow within the rule's terms."""
    claim = _to_decide(actor, reference, at)
    _move(claim, CourseClaimState.TAKEN_BACK, CourseClaimState.APPROVED, actor, at, reason=reason)
    return _report_completion(claim, actor, at, stands=False)


def _to_decide(actor: Actor, reference: str, at: datetime) -> CourseClaim:
    claim, program = locked_claim(CourseClaim, reference, at=at)
    refuse(decide_obstacle(claim, program.state, actor))
    return claim


def _move(
    claim: CourseClaim,
    to: CourseClaimState,
    among: CourseClaimState,
    actor: Actor,
    at: datetime,
    **values: Any,
) -> None:
    move(claim, to, among={among}, decided_by_id=actor.id, decided_at=at, **values)
    subject = subject_of(claim.reference)
    audit.record(actor.id, f"course_claims.{to.value}", subject, at=at)
    _tell(claim)


def _tell(claim: CourseClaim) -> None:
    key = f"{claim.reference}:{claim.state.value}"
    enqueue("trainings.tell", key=key, claim_id=claim.id, state=claim.state.value)


def _report_completion(
    claim: CourseClaim, actor: Actor, at: datetime, *, stands: bool
) -> AwardReport:
    one = Completed(
        claim.employee_id, claim.course_id, claim.on_day, f"claim:{claim.reference}", stands
    )
    record_completions([one], by=Reporter(f"Claim {claim.reference}", actor, at))
    return settle_program(claim.program_id, actor=actor, at=at)
