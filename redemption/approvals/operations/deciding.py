"""Answering, undoing and applying answers. Lock rank: request key, line, approval step."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.errors import BadInput, DomainError, NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.kernel.jobs import enqueue
from marketplace.people.queries import people_by_id, person
from redemption.approvals.models import ApprovalDecision, ApprovalStep
from redemption.approvals.operations.passing import (
    balance_gate,
    is_passed,
    last_yes,
    open_next_gate,
)
from redemption.approvals.operations.seats import Right, best_seat, seats_of
from redemption.approvals.policies import StepFacts, decision_obstacle, for_whom
from redemption.approvals.states import UNSETTLED, StepState, Verdict
from redemption.models import RedemptionLine
from redemption.operations.ending import end_locked
from redemption.operations.lines import lock_line, move_line, recipient_of, state_of
from redemption.refusals import (
    AlreadyDecided,
    AlreadyUndone,
    ContentChanged,
    DecidedTwice,
    GiftToOneself,
    LinkUsed,
    NotNeeded,
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
    """What an approver sends: the verdict, the digest of what they were shown, and why.

    `answers_before`: how many answers they may have given to it before; None: any number.
    """

    verdict: Verdict
    content_hash: str
    reason: str = ""
    answers_before: int | None = None


def decide(
    actor: Actor,
    line_id: int,
    answer: Answer,
    *,
    request_key: str,
    undo_for: timedelta,
    at: datetime,
) -> int:
    """Answer an open step of a line: the decision's id. It takes effect after `undo_for`.

    A yes with which a gate has all it needs lets everybody else asked there off; the next gate
    opens when it takes effect. One no declines the line.

    Raises NotFound (nothing to do with it), OwnRequest, AlreadyDecided, DecidedTwice, NotNeeded,
    NotYourTurn, NotWaiting, ContentChanged, TooLateToAnswer, BadInput (a decline without a reason).
    Nothing is changed then.
    """
    body = {"line": line_id, "verdict": answer.verdict, "reason": answer.reason}
    answered = claim_key(actor.id, request_key, at=at, **body)
    if answered is not None:
        return int(answered)
    if answer.verdict is Verdict.DECLINE and not answer.reason.strip():
        raise BadInput("Write why, so that the person knows. Nothing was changed.")
    line = lock_line(line_id, PENDING)
    right = _right_to_answer(actor, line_id, line, at)
    _refuse_stale(line, answer, at)
    _refuse_again(actor, line_id, answer)
    crashpoint("redemption.decide.locked")
    decision_id = _write_decision(actor, right, answer, at, at + undo_for)
    if answer.verdict is Verdict.APPROVE:
        balance_gate(right.step, at=at)
    _note(actor, answer.verdict, line_id, at, decision=decision_id, asked=right.asked_id)
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


def _refuse_again(actor: Actor, line_id: int, answer: Answer) -> None:
    """Who may answer once does not do so again after taking an answer back."""
    if answer.answers_before is None:
        return
    given = session().scalar(
        sa.select(sa.func.count()).where(
            ApprovalDecision.line_id == line_id,
            ApprovalDecision.approver_id == actor.id,
            ApprovalDecision.verdict != Verdict.UNDO,
        )
    )
    if given != answer.answers_before:
        raise LinkUsed


def _right_to_answer(
    actor: Actor, line_id: int, line: RedemptionLine | None, at: datetime
) -> Right:
    """The open step this person's answer is for; raises the refusal that fits otherwise."""
    steps = _steps(line_id)
    if not steps:
        raise NotFound("There is no such request, or it is not yours to decide.")
    if steps[0].requester_id == actor.employee_id:
        raise OwnRequest
    if actor.id == recipient_of(line_id):
        raise GiftToOneself
    seats = seats_of(actor, line_id, at)
    mine = {seat.step_id for seat in seats}
    mine |= {step.id for step in steps if step.decided_by_id == actor.employee_id}
    if not mine:
        raise NotFound("There is no such request, or it is not yours to decide.")
    if line is None:
        _refuse_ended(actor, steps, mine, line_id)
    asked = [step for step in steps if step.id in mine]
    still_open = [step for step in asked if step.state is StepState.OPEN]
    if not still_open:
        _refuse_late(actor, steps, asked)
    free = [seat for seat in seats if not seat.is_spent]
    facts = StepFacts(
        state=still_open[0].state,
        requester_id=still_open[0].requester_id,
        assignee_ids=frozenset({actor.id}),
        decided_on_line=frozenset() if free else frozenset({actor.id}),
    )
    if decision_obstacle(actor.id, facts):
        _refuse_second_yes(actor, steps, still_open[0])
    return best_seat(free, steps)


def _steps(line_id: int) -> list[ApprovalStep]:
    return list(
        session().scalars(
            sa.select(ApprovalStep)
            .where(ApprovalStep.line_id == line_id)
            .order_by(ApprovalStep.seq)
            .execution_options(populate_existing=True)
        )
    )


def _refuse_ended(actor: Actor, steps: list[ApprovalStep], mine: set[int], line_id: int) -> None:
    for step in steps:
        if step.id in mine and step.decided_by_id is not None:
            raise _already_decided(actor, step)
    raise NotWaiting(state_of(line_id))


def _refuse_late(actor: Actor, steps: list[ApprovalStep], asked: list[ApprovalStep]) -> NoReturn:
    """None of the steps somebody is asked at is open; why, by the one that says most."""
    answered = [step for step in asked if step.decided_by_id is not None]
    own = [step for step in answered if step.decided_by_id == actor.employee_id]
    if own:
        raise _already_decided(actor, own[-1])
    if let_off := [step for step in asked if step.state is StepState.CLOSED]:
        gate = let_off[-1].gate
        raise NotNeeded(_names_of([s for s in steps if s.gate == gate and s.decided_by_id]))
    if answered:
        raise _already_decided(actor, answered[-1])
    raise NotYourTurn


def _names_of(answered: list[ApprovalStep]) -> list[str]:
    pairs = [(one.decided_by_id, one.asked_id) for one in answered if one.decided_by_id is not None]
    people = people_by_id({who for pair in pairs for who in pair if who is not None})
    named = {who: one.name for who, one in people.items()}
    return [for_whom(named[who], named.get(asked or who, "")) for who, asked in pairs]


def _refuse_second_yes(actor: Actor, steps: list[ApprovalStep], step: ApprovalStep) -> NoReturn:
    """One person is one yes, whether at the same gate or at an earlier one."""
    for own in steps:
        if own.decided_by_id == actor.employee_id and own.gate == step.gate:
            raise _already_decided(actor, own)
    raise DecidedTwice


def _already_decided(actor: Actor, step: ApprovalStep) -> AlreadyDecided:
    decision = (
        session()
        .scalars(
            sa.select(ApprovalDecision).where(
                ApprovalDecision.step_id == step.id,
                ApprovalDecision.round == step.round,
                ApprovalDecision.verdict != Verdict.UNDO,
            )
        )
        .one()
    )
    words = "approved" if decision.verdict is Verdict.APPROVE else "declined"
    is_own = decision.approver_id == actor.employee_id
    people = people_by_id({decision.approver_id, decision.asked_id})
    name = for_whom(people[decision.approver_id].name, people[decision.asked_id].name)
    return AlreadyDecided(name, decision.decided_at, words, is_own=is_own)


def _write_decision(
    actor: Actor, right: Right, answer: Answer, at: datetime, effective_at: datetime
) -> int:
    """Move the step and add the row; whoever loses the race for the step is told who won."""
    step = right.step
    if not _take(actor, right, effective_at):
        session().refresh(step)
        raise _already_decided(actor, step)
    decision_id = session().scalar(
        sa.insert(ApprovalDecision)
        .values(
            step_id=step.id,
            line_id=step.line_id,
            requester_id=step.requester_id,
            approver_id=actor.id,
            asked_id=right.asked_id,
            absence_id=right.absence_id,
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


def _take(actor: Actor, right: Right, effective_at: datetime) -> bool:
    """Mark the step as answered; False where somebody was faster."""
    step = right.step
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
            asked_id=right.asked_id,
            effective_at=effective_at,
        ),
        execution_options={"synchronize_session": False},
    )
    return rows_changed(changed) == 1


def undo_decision(actor: Actor, decision_id: int, *, request_key: str, at: datetime) -> int:
    """Take one's own answer back before it takes effect; the line's id.

    The step is open again, and so are those that the answer had made needless.

    Raises NotFound for another's decision, AlreadyUndone, NotWaiting when the request ended first,
    TooLateToUndo once it took effect.
    """
    decision = session().get(ApprovalDecision, decision_id)
    if decision is None or decision.approver_id != actor.employee_id:
        raise NotFound("There is no such decision, or it is someone else's.")
    answered = claim_key(actor.id, request_key, at=at, undo=decision_id)
    if answered is not None:
        return decision.line_id
    line = lock_line(decision.line_id, PENDING)
    if line is None or not _reopen(decision):
        raise _undo_refusal(decision)
    crashpoint("redemption.undo.reopened")
    _write_undo(actor, decision, at)
    asked_id = decision.asked_id
    _note(actor, Verdict.UNDO, decision.line_id, at, decision=decision_id, asked=asked_id)
    step = session().get_one(ApprovalStep, decision.step_id, populate_existing=True)
    balance_gate(step, at=at)
    go_on(line, step, at=at)  # a no taken back may be all that a gate still waited for
    answer_key(actor.id, request_key, str(decision_id))
    return decision.line_id


def _note(
    actor: Actor, verdict: Verdict, line_id: int, at: datetime, *, decision: int, asked: int
) -> None:
    for_id = None if asked == actor.employee_id else asked
    subject = f"redemption-line:{line_id}"
    audit.record(
        actor.id,
        f"approval.{verdict}",
        subject,
        at=at,
        on_behalf_of_id=for_id,
        decision=decision,
    )


def _write_undo(actor: Actor, decision: ApprovalDecision, at: datetime) -> None:
    session().execute(
        sa.insert(ApprovalDecision).values(
            step_id=decision.step_id,
            line_id=decision.line_id,
            requester_id=decision.requester_id,
            approver_id=actor.id,
            asked_id=decision.asked_id,
            absence_id=decision.absence_id,
            round=decision.round,
            verdict=Verdict.UNDO,
            reason="",
            content_hash=decision.content_hash,
            undoes_id=decision.id,
            decided_at=at,
            effective_at=at,
        )
    )


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
        .values(state=StepState.OPEN, decided_by_id=None, asked_id=None, effective_at=None),
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
    else:
        go_on(line, session().get_one(ApprovalStep, decision.step_id), at=at)
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


def go_on(line: RedemptionLine, step: ApprovalStep, *, at: datetime, note: str = "") -> None:
    """Where a gate is passed, ask at the next one; behind the last the line is approved."""
    if is_passed(step) and not open_next_gate(line.id, at=at):
        _approve_line(line, last_yes(line.id, step.gate), at, note)


def _approve_line(
    line: RedemptionLine, approver_id: int | None, at: datetime, note: str = ""
) -> None:
    """Every gate has its yeses. Somebody who left meanwhile gets nothing new: the request ends."""
    if not person(line.employee_id).is_active:
        left = "They left before the last answer."
        end_locked(line, LineState.WITHDRAWN, actor_id=None, at=at, note=left)
        return
    move_line(line, LineState.APPROVED, actor_id=approver_id, at=at, note=note)
    enqueue("redemption.tell", key=f"{line.id}:{LineState.APPROVED}", line_id=line.id)
    enqueue("redemption.fulfill", key=str(line.id), line_id=line.id)
