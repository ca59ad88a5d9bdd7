"""The link of a letter that answers without signing in."""

from datetime import datetime

from marketplace.web.letters import page_link
from redemption.approvals.by_mail.queries import token_for


def answer_link(employee_id: int, step_id: int, *, at: datetime) -> str:
    """The address that answers a step for one person; empty where a link would not be enough."""
    token = token_for(employee_id, step_id, at=at)
    return page_link("approval_mail.show", token=token) if token else ""
