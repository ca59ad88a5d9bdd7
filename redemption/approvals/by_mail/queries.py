"""Reads around links of letters: the rule, how things stand behind a link, the link of a letter."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.ledger.worth import Money
from marketplace.people.models import Employee
from marketplace.people.queries import people_by_id
from marketplace.people.states import EmployeeStatus
from redemption.approvals.away.reach import is_asked_for, is_spent, keeps_role
from redemption.approvals.by_mail.links import DIGEST, token_of
from redemption.approvals.by_mail.models import ONLY_ID, MailRuleRow
from redemption.approvals.by_mail.policies import Link, LinkFacts, MailRule
from redemption.approvals.models import ApprovalAssignee, ApprovalDecision, ApprovalStep
from redemption.approvals.queries.circumstances import worth_of
from redemption.approvals.states import StepState, Verdict
from redemption.models import RedemptionLine


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
    kept = _roles_kept(link, at)
    return LinkFacts(
        state=line.state,
        content_hash=line.content_hash,
        open_gate=open_gate,
        answers=answers_of(link.employee_id, line.id),
        is_here=who.is_active,
        may_answer=any(kept),
        has_lost_role=bool(kept) and not any(kept),
        gate_states=frozenset(state for gate, state in states if gate == link.gate),
    )


def _roles_kept(link: Link, at: datetime) -> list[bool]:
    """Of each place they may answer in at an open step of the line, whether its role is held."""
    return list(
        session().scalars(
            sa.select(keeps_role())
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
    )


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
