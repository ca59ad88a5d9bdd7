"""What is due by the clocks of steps, and whether a policy may say yes by itself then."""

from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.queries import offer
from catalog.states import Kind
from marketplace.budgets.queries import budget_left
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.queries import actor_of, person
from redemption.approvals.conditions import Rule, fitting_rule
from redemption.approvals.models import (
    ApprovalAssignee,
    ApprovalClock,
    ApprovalDecision,
    ApprovalNote,
    ApprovalPolicy,
    ApprovalStep,
)
from redemption.approvals.queries.circumstances import request_of, wanted_of
from redemption.approvals.queries.routing import rule_of, rules_in_force
from redemption.approvals.states import NoteKind, StepState, Verdict
from redemption.models import RedemptionLine
from redemption.states import LineState


def clocks_due(*, at: datetime, limit: int = 200) -> list[list[int]]:
    """Steps that wait and for which something is due, those of one request together.

    Those that end by now are left to that. Each group is in the order in which lines are locked.
    """
    clock = ApprovalClock
    is_due = sa.or_(
        sa.and_(clock.remind_at <= at, clock.reminded_at.is_(None)),
        sa.and_(clock.escalate_at <= at, clock.escalated_at.is_(None)),
        sa.and_(clock.warn_at <= at, clock.warned_at.is_(None)),
        sa.and_(clock.passes_at <= at, clock.looked_at.is_(None)),
    )
    wanted = (
        sa.select(RedemptionLine.redemption_id, clock.step_id)
        .join(ApprovalStep, ApprovalStep.id == clock.step_id)
        .join(RedemptionLine, RedemptionLine.id == ApprovalStep.line_id)
        .where(
            ApprovalStep.state == StepState.OPEN,
            RedemptionLine.state == LineState.PENDING_APPROVAL,
            RedemptionLine.decide_by > at,
            is_due,
        )
    )
    order = (RedemptionLine.redemption_id, RedemptionLine.id, clock.step_id)
    found = session().execute(wanted.order_by(*order).limit(limit))
    by_request = groupby(found, key=lambda row: row.redemption_id)
    return [[row.step_id for row in rows] for _request, rows in by_request]


def asked_at(step_id: int) -> set[int]:
    """Who may answer this very step."""
    asked = sa.select(ApprovalAssignee.employee_id).where(ApprovalAssignee.step_id == step_id)
    return set(session().scalars(asked))


def rule_behind(step: ApprovalStep) -> Rule:
    """The policy that a step was given by, as it stood then."""
    return rule_of(session().get_one(ApprovalPolicy, step.policy_id))


def kept_for(step: ApprovalStep, line: RedemptionLine, rule: Rule, *, at: datetime) -> str:
    """Why a request may not go through by itself now, in a sentence; empty where it may."""
    said, asker = line.snapshot, person(line.employee_id)
    if rule.passes_after_hours is None or Kind(said["kind"]).is_travel:
        return "Somebody has to agree to this."
    if said["is_own"] or _is_own_by_now(line, at):
        return "Who asks had a hand in its terms, or it is not offered to them any more."
    if not asker.is_active:
        return f"{asker.name} has left."
    return _kept_by_others(step, line, rule, at)


def _kept_by_others(step: ApprovalStep, line: RedemptionLine, rule: Rule, at: datetime) -> str:
    """The same for what others did meanwhile: asked, spent, set another policy, or asked for."""
    if _was_asked(step):
        return "A question was asked about it."
    if _was_answered(step):
        return "Somebody has looked at it and did not say yes."
    if line.budget_id is not None and not _has_room(line.budget_id, at):
        return "The budget has no room for it any more."
    now = _rule_now(line, at)
    if now is None or now.slug != rule.slug or now.passes_after_hours is None:
        return "The policies ask for somebody’s yes to it by now."
    return ""


def _is_own_by_now(line: RedemptionLine, at: datetime) -> bool:
    try:
        return offer(actor_of(line.employee_id), line.variant_id, at=at).is_own
    except NotFound:
        return True


def _has_room(budget_id: int, at: datetime) -> bool:
    """Whether a budget still holds what was set aside in it, and still runs."""
    budget = budget_left(budget_id)
    return budget.left >= 0 and budget.starts_on <= at.date() <= budget.ends_on


def _was_asked(step: ApprovalStep) -> bool:
    """Whether anybody of its gate asked something: a question stands at one of its steps."""
    return _stands_at_gate(step, ApprovalNote.step_id, ApprovalNote.kind == NoteKind.QUESTION)


def _was_answered(step: ApprovalStep) -> bool:
    """Whether somebody of its gate said no, or took an answer back: they have looked at it."""
    is_no_yes = ApprovalDecision.verdict != Verdict.APPROVE
    return _stands_at_gate(step, ApprovalDecision.step_id, is_no_yes)


def _stands_at_gate(step: ApprovalStep, step_id: Any, condition: sa.ColumnElement[bool]) -> bool:
    """Whether a row that fits stands at this step or at one that is asked beside it."""
    beside = aliased(ApprovalStep)
    found = sa.exists().where(
        step_id == beside.id, beside.line_id == step.line_id, beside.gate == step.gate, condition
    )
    return bool(session().scalar(sa.select(found)))


def _rule_now(line: RedemptionLine, at: datetime) -> Rule | None:
    """The policy that would decide if it were asked for now, beside all that was asked since."""
    wanted = wanted_of(line)
    rules = rules_in_force(at=at)
    request = request_of(person(line.employee_id), wanted, rules, at=at, line=line)
    return fitting_rule(rules, request)
