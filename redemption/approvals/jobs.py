"""Work for later around approvals: answers that take effect, letters, reminders."""

from collections.abc import Sequence

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import for_each, job
from redemption.approvals import notices
from redemption.approvals.asked_letters import write_asked
from redemption.approvals.clock_notices import write_rungs
from redemption.approvals.models import ApprovalStep
from redemption.approvals.operations.clock import ring
from redemption.approvals.operations.deciding import apply_decision as apply
from redemption.approvals.operations.handing_on import hand_on
from redemption.approvals.queries.clock import clocks_due
from redemption.approvals.queries.routing import decisions_due
from redemption.approvals.queries.undecided import deserted_steps


@job("redemption.apply_decision")
def apply_decision(decision_id: int) -> None:
    """Let an answer take effect, unless it was undone or the request ended."""
    with transaction():
        apply(decision_id, at=clock.now())


@job("redemption.apply_due_decisions", cron="*/5 * * * *")
def apply_due_decisions() -> None:
    """Let answers take effect whose own job was lost or came too early."""
    due = decisions_due(at=clock.now())
    session().close()
    for_each(due, apply_decision)


@job("redemption.approval_clock", cron="*/5 * * * *")
def approval_clock() -> None:
    """Remind, ask somebody above too, warn before the end, and let small things through."""
    due = clocks_due(at=clock.now())
    session().close()
    for_each(due, _ring)


def _ring(step_ids: Sequence[int]) -> None:
    """The clocks of one request ring together, for one letter; a broken one by itself."""
    try:
        _ring_together(step_ids)
    except Exception:
        if len(step_ids) == 1:
            raise
        for_each([[step_id] for step_id in step_ids], _ring_together)


def _ring_together(step_ids: Sequence[int]) -> None:
    with transaction():
        at = clock.now()
        write_rungs([ring(step_id, at=at) for step_id in step_ids], at=at)


@job("redemption.hand_on", cron="27 * * * *")
def hand_on_deserted() -> None:
    """Ask somebody else where everyone who was asked has left or is away."""
    deserted = deserted_steps(at=clock.now())
    session().close()
    for_each(deserted, _hand_on)


def _hand_on(step_id: int) -> None:
    with transaction():
        hand_on(step_id, at=clock.now())


@job("redemption.tell_of_undecided", cron="52 4 * * *")
def tell_of_undecided() -> None:
    """Every night, ask somebody else where that is possible, and tell of what nobody can decide."""
    hand_on_deserted()
    with transaction():
        notices.write_undecided(at=clock.now())


@job("redemption.ask_approvers")
def ask_approvers(step_id: int) -> None:
    """Tell the people of a gate that it is their turn."""
    with transaction() as current:
        step = current.get(ApprovalStep, step_id)
        if step is not None:
            write_asked(step.line_id, at=clock.now())


@job("redemption.pass_on")
def pass_on(note_id: int) -> None:
    """Send a question, an answer or a reminder to whom it is meant for."""
    with transaction():
        notices.pass_on(note_id, at=clock.now())
