"""Answering, undoing and applying answers. Lock rank: request key, line, approval step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.errors import BadInput, DomainError, NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.kernel.jobs import enqueue
from marketplace.people.queries import person
from redemption.approvals.models import (
    ApprovalAssignee,
    ApprovalDecision,
    ApprovalStep,
)
from redemption.approvals.policies import Candidate, Plan, StepFacts, decision_obstacle
from redemption.approvals.states import UNSETTLED, StepState, Verdict
from redemption.models import RedemptionLine
from redemption.operations.ending import end_locked
from redemption.operations.lines import lock_line, move_line, state_of
from redemption.refusals import (
    AlreadyDecided,
    AlreadyUndone,
    ContentChanged,
    DecidedTwice,
    NotWaiting,
    NotYourTurn,
    OwnRequest,
    TooLateToAnswer,
    TooLateToUndo,
)
from redemption.states import LineState

PENDING = frozenset({LineState.PENDING_APPROVAL})


@dataclass(frozen=True, slots=True)
class Answer:
    """What an approver sends: the verdict, the digest of what they were shown, and why."""

    verdict: Verdict
    content_hash: str
    reason: str = ""


def give_steps(line_id: int, requester_id: int, plan: Plan, *, at: datetime) -> None:
    """Write the plan down as steps and assignees; the first step is open at once."""
    if plan.rule is None:
        return
    for step in plan.steps:
        is_first = step.seq == 1
        step_id = session().scalar(
            sa.insert(ApprovalStep)
            .values(
                line_id=line_id,
                requester_id=requester_id,
                policy_id=plan.rule.id,
                seq=step.seq,
                asks=step.asks,
                state=StepState.OPEN if is_first else StepState.WAITING,
                opened_at=at if is_first else None,
            )
            .returning(ApprovalStep.id)
        )
        assert step_id is not None
        write_assignees(step_id, line_id, requester_id, step.assignees)


def write_assignees(
    step_id: int, line_id: int, requester_id: int, people: Sequence[Candidate]
) -> None:
    """Write down who may answer a step."""
    of_step = {"step_id": step_id, "line_id": line_id, "requester_id": requester_id}
    rows = [of_step | {"employee_id": who.employee_id, "via": who.via} for who in people]
    session().execute(sa.insert(ApprovalAssignee), rows)


def decide(
    actor: Actor,
    line_id: int,
    answer: Answer,
    *,
    request_key: str,
    undo_for: timedelta,
    at: datetime,
) -> int:
    """Answer the open step of a line: the decision's id. It takes effect after `undo_for`.

    Raises NotFound (nothing to do with it), OwnRequest, AlreadyDecided, DecidedTwice, NotYourTurn,
    NotWaiting, ContentChanged, TooLateToAnswer, BadInput (a decline without a reason). Nothing is
    changed then.
    """
    body = {"line": line_id, "verdict": answer.verdict, "reason": answer.reason}
    answered = claim_key(actor.id, request_key, at=at, **body)
    if answered is not None:
        return int(answered)
    if answer.verdict is Verdict.DECLINE and not answer.reason.strip():
        raise BadInput("Write why, so that the person knows. Nothing was changed.")
    line = lock_line(line_id, PENDING)
    step = _step_to_answer(actor, line_id, line)
    _refuse_stale(line, answer, at)
    crashpoint("redemption.decide.locked")
    decision_id = _write_decision(actor, step, answer, at, at + undo_for)
    audit.record(
        actor.id,
        f"approval.{answer.verdict}",
        f"redemption-line:{line_id}",
        at=at,
        decision=decision_id,
    )
    enqueue(
        "redemption.apply_decision", key=str(decision_id), delay=undo_for, decision_id=decision_id
    )
    answer_key(actor.id, request_key, str(decision_id))
    return decision_id


def _refuse_stale(line: RedemptionLine | None, answer: Answer, at: datetime) -> None:
    """An answer is to what was shown, and comes in time."""
    if line is None or line.content_hash != answer.content_hash:
        raise ContentChanged
    if line.decide_by is not None and at >= line.decide_by:
        raise TooLateToAnswer(line.decide_by)


def _step_to_answer(actor: Actor, line_id: int, line: RedemptionLine | None) -> ApprovalStep:
    """The open step this person may answer; raises the refusal that fits otherwise."""
    steps = _steps(line_id)
    if not steps:
        raise NotFound("There is no such request, or it is not yours to decide.")
    if steps[0].requester_id == actor.employee_id:
        raise OwnRequest
    mine = _steps_asking(actor, line_id)
    if not mine:
        raise NotFound("There is no such request, or it is not yours to decide.")
    if line is None:
        _refuse_ended(actor, steps, mine, line_id)
    current = next((s for s in steps if s.state in {StepState.OPEN, StepState.DECIDED}), steps[-1])
    facts = StepFacts(
        state=current.state,
        requester_id=current.requester_id,
        assignee_ids=frozenset({actor.id}) if current.id in mine else frozenset(),
        decided_on_line=frozenset(s.decided_by_id for s in steps if s.decided_by_id is not None),
    )
    if obstacle := decision_obstacle(actor.id, facts):
        _refuse(actor, obstacle.code, current, [s for s in steps if s.id in mine])
    return current


def _steps(line_id: int) -> list[ApprovalStep]:
    return list(
        session().scalars(
            sa.select(ApprovalStep)
            .where(ApprovalStep.line_id == line_id)
            .order_by(ApprovalStep.seq)
            .execution_options(populate_existing=True)
        )
    )


def _steps_asking(actor: Actor, line_id: int) -> set[int]:
    return set(
        session().scalars(
            sa.select(ApprovalAssignee.step_id).where(
                ApprovalAssignee.line_id == line_id,
                ApprovalAssignee.employee_id == actor.employee_id,
            )
        )
    )


def _refuse_ended(actor: Actor, steps: list[ApprovalStep], mine: set[int], line_id: int) -> None:
    for step in steps:
        if step.id in mine and step.decided_by_id is not None:
            raise _already_decided(actor, step)
    raise NotWaiting(state_of(line_id))


def _refuse(actor: Actor, code: str, current: ApprovalStep, mine: list[ApprovalStep]) -> None:
    if code == "decided_twice":
        raise DecidedTwice
    if code == "not_open":
        raise _already_decided(actor, current)
    for step in mine:
        if step.decided_by_id is not None:
            raise _already_decided(actor, step)
    raise NotYourTurn


def _already_decided(actor: Actor, step: ApprovalStep) -> AlreadyDecided:
    decision = (
        session()
        .execute(
            sa.select(
                ApprovalDecision.approver_id, ApprovalDecision.decided_at, ApprovalDecision.verdict
            ).where(
                ApprovalDecision.step_id == step.id,
                ApprovalDecision.round == step.round,
                ApprovalDecision.verdict != Verdict.UNDO,
            )
        )
        .one()
    )
    words = "approved" if decision.verdict is Verdict.APPROVE else "declined"
    is_own = decision.approver_id == actor.employee_id
    name = person(decision.approver_id).name
    return AlreadyDecided(name, decision.decided_at, words, is_own=is_own)


def _write_decision(
    actor: Actor, step: ApprovalStep, answer: Answer, at: datetime, effective_at: datetime
) -> int:
    """Move the step and add the row; whoever loses the race for the step is told who won."""
    changed = session().execute(
        sa.update(ApprovalStep)
        .where(
            ApprovalStep.id == step.id,
            ApprovalStep.state == StepState.OPEN,
            ApprovalStep.round == step.round,
        )
        .values(
            state=StepState.DECIDED,
            round=ApprovalStep.round + 1,
            decided_by_id=actor.id,
            effective_at=effective_at,
        ),
        execution_options={"synchronize_session": False},
    )
    if rows_changed(changed) != 1:
        session().refresh(step)
        raise _already_decided(actor, step)
    decision_id = session().scalar(
        sa.insert(ApprovalDecision)
        .values(
            step_id=step.id,
            line_id=step.line_id,
            requester_id=step.requester_id,
            approver_id=actor.id,
            round=step.round + 1,
            verdict=answer.verdict,
            reason=answer.reason.strip(),
            content_hash=answer.content_hash,
            decided_at=at,
            effective_at=effective_at,
        )
        .returning(ApprovalDecision.id)
    )
    assert decision_id is not None
    return decision_id


def undo_decision(actor: Actor, decision_id: int, *, request_key: str, at: datetime) -> int:
    """Take one's own answer back before it takes effect; the line's id. The step is open again.

    Raises NotFound for another's decision, AlreadyUndone, NotWaiting when the request ended first,
    TooLateToUndo once it took effect.
    """
    decision = session().get(ApprovalDecision, decision_id)
    if decision is None or decision.approver_id != actor.employee_id:
        raise NotFound("There is no such decision, or it is someone else's.")
    answered = claim_key(actor.id, request_key, at=at, undo=decision_id)
    if answered is not None:
        return decision.line_id
    if lock_line(decision.line_id, PENDING) is None or not _reopen(decision):
        raise _undo_refusal(decision)
    crashpoint("redemption.undo.reopened")
    session().execute(
        sa.insert(ApprovalDecision).values(
            step_id=decision.step_id,
            line_id=decision.line_id,
            requester_id=decision.requester_id,
            approver_id=actor.id,
            round=decision.round,
            verdict=Verdict.UNDO,
            reason="",
            content_hash=decision.content_hash,
            undoes_id=decision.id,
            decided_at=at,
            effective_at=at,
        )
    )
    audit.record(
        actor.id,
        "approval.undo",
        f"redemption-line:{decision.line_id}",
        at=at,
        decision=decision_id,
    )
    answer_key(actor.id, request_key, str(decision_id))
    return decision.line_id


def _undo_refusal(decision: ApprovalDecision) -> DomainError:
    """Why an answer can't be taken back: it was before, the request ended first, or it is out."""
    undone = session().scalar(
        sa.select(ApprovalDecision.id).where(ApprovalDecision.undoes_id == decision.id)
    )
    if undone is not None:
        return AlreadyUndone()
    steps = _steps(decision.line_id)
    if any(s.id == decision.step_id and s.state is StepState.CLOSED for s in steps):
        return NotWaiting(state_of(decision.line_id))
    is_passed_on = any(step.state in UNSETTLED for step in steps)
    return TooLateToUndo(
        "the next approver" if is_passed_on else person(decision.requester_id).name
    )


def _reopen(decision: ApprovalDecision) -> bool:
    changed = session().execute(
        sa.update(ApprovalStep)
        .where(
            ApprovalStep.id == decision.step_id,
            ApprovalStep.state == StepState.DECIDED,
            ApprovalStep.round == decision.round,
        )
        .values(state=StepState.OPEN, decided_by_id=None, effective_at=None),
        execution_options={"synchronize_session": False},
    )
    return rows_changed(changed) == 1


def apply_decision(decision_id: int, *, at: datetime) -> bool:
    """Let an answer take effect. False when it was undone, the request ended, or it is not time."""
    decision = session().get(ApprovalDecision, decision_id)
    if decision is None or decision.verdict is Verdict.UNDO or at < decision.effective_at:
        return False
    line = lock_line(decision.line_id, PENDING)
    if line is None or not _settle(decision, at):
        return False
    crashpoint("redemption.apply.settled")
    if decision.verdict is Verdict.DECLINE:
        end_locked(
            line,
            LineState.DECLINED,
            actor_id=decision.approver_id,
            at=at,
            note=decision.reason,
        )
    elif not _open_next_step(line.id, at):
        _approve_line(line, decision.approver_id, at)
    crashpoint("redemption.apply.done")
    return True


def _settle(decision: ApprovalDecision, at: datetime) -> bool:
    approved = decision.verdict is Verdict.APPROVE
    changed = session().execute(
        sa.update(ApprovalStep)
        .where(
            ApprovalStep.id == decision.step_id,
            ApprovalStep.state == StepState.DECIDED,
            ApprovalStep.round == decision.round,
        )
        .values(state=StepState.APPROVED if approved else StepState.DECLINED, settled_at=at),
        execution_options={"synchronize_session": False},
    )
    return rows_changed(changed) == 1


def _open_next_step(line_id: int, at: datetime) -> bool:
    next_id = session().scalar(
        sa.select(ApprovalStep.id)
        .where(ApprovalStep.line_id == line_id, ApprovalStep.state == StepState.WAITING)
        .order_by(ApprovalStep.seq)
        .limit(1)
    )
    if next_id is None:
        return False
    session().execute(
        sa.update(ApprovalStep)
        .where(ApprovalStep.id == next_id, ApprovalStep.state == StepState.WAITING)
        .values(state=StepState.OPEN, opened_at=at),
        execution_options={"synchronize_session": False},
    )
    enqueue("redemption.ask_approvers", key=str(next_id), step_id=next_id)
    return True


def _approve_line(line: RedemptionLine, approver_id: int, at: datetime) -> None:
    """Every step said yes. Somebody who left meanwhile gets nothing new: the request ends."""
    if not person(line.employee_id).is_active:
        note = "They left before the last answer."
        end_locked(line, LineState.WITHDRAWN, actor_id=None, at=at, note=note)
        return
    move_line(line, LineState.APPROVED, actor_id=approver_id, at=at)
    enqueue("redemption.tell", key=f"{line.id}:{LineState.APPROVED}", line_id=line.id)
    enqueue("redemption.fulfill", key=str(line.id), line_id=line.id)
