"""Answering by a link, and setting up to what that is enough."""

from datetime import datetime, timedelta

from marketplace.access.actor import Actor
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput, DomainError
from marketplace.people.queries import actor_of
from redemption.approvals.by_mail.models import ONLY_ID, MailRuleRow
from redemption.approvals.by_mail.policies import Link, MailRule, link_obstacle
from redemption.approvals.by_mail.queries import facts_of_link, mail_rule, needs_sign_in
from redemption.approvals.by_mail.words import limits_said
from redemption.approvals.changes.promises import note_change
from redemption.approvals.operations.deciding import Answer, decide


class LinkIsOver(DomainError):
    """A link answers nothing any more, or not yet."""

    code = "link_is_over"


class SignInFirst(DomainError):
    """The request is beyond what a link may answer."""

    status = 403
    code = "sign_in_first"

    def __init__(self) -> None:
        super().__init__(
            "This request is beyond what a link may answer. Sign in and decide in your inbox. "
            "Nothing was changed."
        )


def answer_by_link(
    link: Link, answer: Answer, *, request_key: str, undo_for: timedelta, at: datetime
) -> int:
    """Answer as whose link it is: the decision's id.

    Raises LinkIsOver with why, SignInFirst, and what `decide` raises. Nothing is changed then.
    """
    if obstacle := link_obstacle(link, facts_of_link(link, at=at), at=at):
        raise LinkIsOver(obstacle)
    if needs_sign_in(link.line_id):
        raise SignInFirst
    actor = actor_of(link.employee_id)
    return decide(actor, link.line_id, answer, request_key=request_key, undo_for=undo_for, at=at)


def set_mail_rule(actor: Actor, rule: MailRule, *, at: datetime) -> bool:
    """Say up to what a link is enough; whether that is different. Raises BadInput."""
    if not 1 <= rule.days <= 30:
        raise BadInput("Let a link hold for 1 to 30 days.")
    before = mail_rule()
    if before == rule:
        return False
    said = {"before": limits_said(before), "after": limits_said(rule)}
    most = rule.most_money
    values = {
        "is_on": rule.is_on,
        "most_points": rule.most_points,
        "most_minor": most.minor if most else None,
        "currency": most.currency if most else None,
        "days": rule.days,
    }
    session().execute(
        insert_or_skip(MailRuleRow)
        .values(id=ONLY_ID, **values)
        .on_conflict_do_update(index_elements=["id"], set_=values)
    )
    note_change(actor, "approval_mail.set", "approval-mail", at=at, **said, **values)
    return True
