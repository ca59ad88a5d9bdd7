"""Reads around links of letters: the rule, how things stand behind a link, the link of a letter."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from marketplace.budgets.queries import owner_of_budget
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.ledger.worth import Money
from marketplace.people.models import Employee
from marketplace.people.queries import people_by_id, person
from marketplace.people.states import EmployeeStatus
from redemption.approvals.away.reach import is_asked_for, is_spent, keeps_role
from redemption.approvals.by_mail.links import DIGEST, token_of
from redemption.approvals.by_mail.models import ONLY_ID, MailRuleRow
from redemption.approvals.by_mail.policies import Link, LinkFacts, MailRule
from redemption.approvals.models import (
    ApprovalAssignee,
    ApprovalDecision,
    ApprovalPoolMember,
    ApprovalStep,
)
from redemption.approvals.queries.circumstances import worth_of
from redemption.approvals.queries.routing import managers_of
from redemption.approvals.states import Asks, StepState, Verdict
from redemption.models import RedemptionLine

_ABOVE = frozenset({Asks.MANAGER.via, Asks.SECOND_MANAGER.via})


def mail_rule() -> MailRule:
    """Up to what a link is enough now."""
    row = session().get(MailRuleRow, ONLY_ID, populate_existing=True)
    if row is None:
        return MailRule()
    most = None
    if row.most_minor is not None and row.currency is not None:
        most = Money(row.most_minor, row.currency)
    return MailRule(row.is_on, row.most_points, most, row.days)


def answers_of(employee_id: int, line_id: int) -> int:
    """How many answers somebody gave to a line so far, also those taken back."""
    given = session().scalar(
        sa.select(sa.func.count()).where(
            ApprovalDecision.line_id == line_id,
            ApprovalDecision.approver_id == employee_id,
            ApprovalDecision.verdict != Verdict.UNDO,
        )
    )
    return given or 0


def token_for(employee_id: int, step_id: int, *, at: datetime) -> str:
    """The token of a letter about a step; empty where a link would not be enough."""
    line, gate = (
        session()
        .execute(
            sa.select(RedemptionLine, ApprovalStep.gate)
            .join(ApprovalStep, ApprovalStep.line_id == RedemptionLine.id)
            .where(ApprovalStep.id == step_id)
        )
        .one()
    )
    rule = mail_rule()
    if rule.needs_sign_in(line.points, worth_of(line.snapshot, line.quantity)):
        return ""
    latest = at + timedelta(days=rule.days)
    expires_at = min(filter(None, (latest, line.decide_by)))
    answers = answers_of(employee_id, line.id)
    return token_of(
        Link(employee_id, line.id, gate, answers, expires_at, line.content_hash[:DIGEST])
    )


def facts_of_link(link: Link, *, at: datetime) -> LinkFacts:
    """How things stand behind a link. Raises NotFound where the request is not there."""
    line = session().get(RedemptionLine, link.line_id, populate_existing=True)
    who = people_by_id([link.employee_id]).get(link.employee_id)
    if line is None or who is None:
        raise NotFound("There is no such request any more.")
    steps = session().execute(
        sa.select(ApprovalStep.gate, ApprovalStep.state).where(ApprovalStep.line_id == line.id)
    )
    states = [(row.gate, row.state) for row in steps]
    asked = {StepState.OPEN, StepState.DECIDED}
    open_gate = min((gate for gate, state in states if state in asked), default=None)
    seats = _seats(link, at)
    return LinkFacts(
        state=line.state,
        content_hash=line.content_hash,
        open_gate=open_gate,
        answers=answers_of(link.employee_id, line.id),
        is_here=who.is_active,
        may_answer=any(seat.keeps_role for seat in seats),
        has_lost_role=bool(seats) and not any(_still(seat, line) for seat in seats),
        gate_states=frozenset(state for gate, state in states if gate == link.gate),
    )


def _seats(link: Link, at: datetime) -> Sequence[Any]:
    """As what, and as whose answer, somebody may answer an open step of the line now."""
    rows = session().execute(
        sa.select(
            ApprovalAssignee.via,
            ApprovalAssignee.employee_id,
            ApprovalStep.pool,
            keeps_role().label("keeps_role"),
        )
        .join(ApprovalStep, ApprovalStep.id == ApprovalAssignee.step_id)
        .join(Employee, Employee.id == ApprovalAssignee.employee_id)
        .where(
            ApprovalStep.line_id == link.line_id,
            ApprovalStep.gate == link.gate,
            ApprovalStep.state == StepState.OPEN,
            Employee.status == EmployeeStatus.ACTIVE,
            is_asked_for(link.employee_id, at),
            ~is_spent(link.employee_id),
        )
    )
    return rows.all()


def _still(seat: Any, line: RedemptionLine) -> bool:
    """Whether who was asked still is what they were asked as: a link is no right by itself.

    Who leads or owns no more may answer in the inbox all the same: a plan does not change with
    the organization.
    """
    via, asked_id = seat.via, seat.employee_id
    if via in _ABOVE:
        return asked_id in {who.employee_id for who in managers_of(person(line.employee_id))}
    if via == Asks.BUDGET_OWNER.via:
        return line.budget_id is not None and owner_of_budget(line.budget_id) == asked_id
    return seat.keeps_role and (seat.pool is None or _is_of_pool(seat.pool, asked_id))


def _is_of_pool(pool: str, employee_id: int) -> bool:
    member = ApprovalPoolMember
    inside = sa.exists().where(member.pool == pool, member.employee_id == employee_id)
    return bool(session().scalar(sa.select(inside)))


def reference_of(line_id: int) -> str:
    """What people call the request of a line."""
    return session().get_one(RedemptionLine, line_id).reference


def needs_sign_in(line_id: int) -> bool:
    """Whether a line is beyond what a link may answer now."""
    line = session().get_one(RedemptionLine, line_id)
    return mail_rule().needs_sign_in(line.points, worth_of(line.snapshot, line.quantity))


def last_answer(link: Link) -> int | None:
    """The answer a link is good for, once given; none where they have given others since."""
    if answers_of(link.employee_id, link.line_id) != link.answers + 1:
        return None
    return session().scalar(
        sa.select(sa.func.max(ApprovalDecision.id)).where(
            ApprovalDecision.line_id == link.line_id,
            ApprovalDecision.approver_id == link.employee_id,
            ApprovalDecision.verdict != Verdict.UNDO,
        )
    )
